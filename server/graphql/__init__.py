"""GraphQL over HTTP: requests read, refused or run, and answered."""

from server.graphql.endpoint import Endpoint

__all__ = ["Endpoint"]
