"""`POST /ingest`: interactions by the thousand, a line each, each answered by a line."""

from server.ingestion.endpoint import PATH, Ingest

__all__ = ["PATH", "Ingest"]
