"""Leadgraph beside hand-written SQL and other GraphQL servers, over the same data and schema."""
