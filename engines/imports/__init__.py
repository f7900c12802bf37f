"""Files of other systems, taken in through a declared mapping (docs/import.md)."""
