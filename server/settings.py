"""Settings, from the environment: LEADGRAPH_*."""

import os
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.embedded import default_folder
from schema.limits import Limits


class Settings(BaseSettings):
    """How this process runs."""

    model_config = SettingsConfigDict(env_prefix="LEADGRAPH_", populate_by_name=True)

    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("LEADGRAPH_DATABASE_URL", "DATABASE_URL"),
        description="A PostgreSQL 15 to 18; turns the embedded one off.",
    )
    data_dir: Path = Field(
        default_factory=lambda: default_folder(os.environ), description="Where the embedded PostgreSQL lives."
    )
    database_wait: float = Field(default=10, ge=0, description="Seconds to wait for the database at start.")
    database_connections: int = Field(default=8, ge=1, description="Connections of each process.")
    database_patience: float = Field(
        default=10, gt=0, description="Seconds that an operation waits for a connection while all are in use."
    )
    listen_url: str | None = Field(
        default=None,
        description="The database's own address where the other one is a pooler's, which cannot LISTEN.",
    )
    changes_kept: float = Field(
        default=7, gt=0, description="Days for which a subscription can go on where it stopped."
    )
    statement_timeout: float = Field(default=30, gt=0, description="Seconds that a statement may take.")
    executor: Literal["plan", "graphql-core"] = Field(
        default="plan", description="How queries are run; both ways give the same answers."
    )
    allowed_origins: str = Field(
        default="", description="Origins of web pages that may call, with commas between them; * for any."
    )
    batch: int = Field(default=0, ge=0, le=10, description="Operations that one body may hold as an array.")
    max_body: int = Field(default=1_000_000, ge=1_000, description="Bytes that a body may have, unpacked.")
    body_timeout: float = Field(default=10, gt=0, description="Seconds that a body may take to come.")
    operation_timeout: float = Field(default=30, gt=0, description="Seconds that an operation may take.")
    socket_operations: int = Field(
        default=100, ge=1, description="Operations that may be under way on one WebSocket."
    )
    socket_start: float = Field(
        default=5, gt=0, description="Seconds that a WebSocket's client may take to send connection_init."
    )
    stream_patience: float = Field(
        default=20, gt=0, description="Seconds that a client may take nothing of what is streamed to it."
    )
    slow_request: float = Field(default=1, ge=0, description="Seconds from which on a request is logged.")
    max_characters: int = Field(
        default=Limits.characters, ge=1, description="Characters that a document may have."
    )
    max_tokens: int = Field(default=Limits.tokens, ge=1, description="Tokens that a document may have.")
    max_depth: int = Field(default=Limits.depth, ge=1, description="Fields that may lie within each other.")
    max_introspection_depth: int = Field(
        default=Limits.introspection_depth, ge=1, description="The same, of questions about the schema."
    )
    max_aliases: int = Field(default=Limits.aliases, ge=0, description="Aliases of an operation.")
    max_directives: int = Field(default=Limits.directives, ge=0, description="Directives of an operation.")
    max_fields: int = Field(
        default=Limits.fields, ge=1, description="Fields, those of a fragment counted wherever it is spread."
    )
    max_repeats: int = Field(
        default=Limits.repeats, ge=1, description="Times a field may stand at one place."
    )
    max_root_fields: int = Field(default=Limits.root_fields, ge=1, description="Root fields of an operation.")
    max_errors: int = Field(default=Limits.errors, ge=1, description="Errors told of a document.")
    cost_limit: int = Field(default=Limits.cost, ge=1, description="What an operation may cost.")
    introspection: bool = Field(default=True, description="Whether the schema may be asked for.")
    explorer: bool = Field(default=True, description="Whether the explorer is shown, at `/`.")
    documents: str = Field(
        default="", description="Manifests of known documents: files or folders, with commas between them."
    )
    trusted_documents: bool = Field(default=False, description="Whether only documents of manifests are run.")
    persisted_queries: int = Field(
        default=10_000, ge=0, description="Documents kept for clients that ask by hash; 0 for none."
    )
    secret_key: str | None = Field(
        default=None,
        min_length=32,
        repr=False,
        description="What links for contacts are signed with, 32 characters at least: with another, all links"
        " that were sent come to their end.",
    )
    webhook_sendgrid_public_key: str | None = Field(
        default=None, description="SendGrid's verification key of its signed event webhook, in base64."
    )
    webhook_mailgun_signing_key: str | None = Field(
        default=None, repr=False, description="Mailgun's HTTP webhook signing key."
    )
    webhook_postmark_secret: str | None = Field(
        default=None,
        min_length=16,
        repr=False,
        description="The password, or the header X-Leadgraph-Secret, that Postmark was told to send.",
    )
    webhook_ses_topics: str | None = Field(
        default=None,
        description="ARNs of the SNS topics that Amazon SES publishes to, with commas between them.",
    )
    webhook_ses_certificate: Path | None = Field(
        default=None,
        description="A file with the certificate (PEM) of SNS, where the server shall not fetch it itself.",
    )
    webhook_window: float = Field(
        default=24, gt=0, description="Hours after which what a provider has signed is good no more."
    )
    public_url: str = Field(
        default="",
        description="Where the world reaches this server, as https://t.example.com: what snippets and"
        " addresses for messages and ads begin with.",
    )
    cookie_domain: str | None = Field(
        default=None,
        description="The domain that visitors' cookies are for, as example.com, where the website's own"
        " server is to see them too.",
    )
    country_header: str | None = Field(
        default=None,
        description="The header in which a content network before this server tells a visitor's country.",
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    def limits(self) -> Limits:
        """What a document may ask for."""
        return Limits(
            characters=self.max_characters,
            tokens=self.max_tokens,
            depth=self.max_depth,
            introspection_depth=self.max_introspection_depth,
            aliases=self.max_aliases,
            directives=self.max_directives,
            fields=self.max_fields,
            repeats=self.max_repeats,
            root_fields=self.max_root_fields,
            errors=self.max_errors,
            cost=self.cost_limit,
            introspection=self.introspection,
        )
