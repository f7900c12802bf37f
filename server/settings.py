"""Settings, from the environment: LEADGRAPH_*."""

import os
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.embedded import default_folder


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
    statement_timeout: float = Field(default=30, gt=0, description="Seconds that a statement may take.")
    executor: Literal["plan", "graphql-core"] = Field(
        default="plan", description="How queries are run; both ways give the same answers."
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")
