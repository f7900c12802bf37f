"""An invented company with two years of customers, campaigns and their effect, the same each time."""

from engines.demo.company import LAST_DAY, Demo, invent
from engines.demo.loading import load

__all__ = ["LAST_DAY", "Demo", "invent", "load"]
