"""The whole graph as a folder of files, and a database filled from one (docs/import.md)."""
