"""The PostgreSQL that Leadgraph brings along: made, started, joined and stopped over one folder."""

from db.embedded.home import default_folder
from db.embedded.supervisor import running
from db.embedded.unusable import Unusable

__all__ = ["Unusable", "default_folder", "running"]
