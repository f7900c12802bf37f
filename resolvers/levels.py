"""What the plan executor may want of the database: shapes of rows, and batches of them."""

from db.levels import EMPTY, Found, Known, Level, Page, PagesOf, Records, Rows
from db.listing import cursors_of
from db.loaders import ROOT, Deals, First, Many, One
from db.shapes import TABLES, Part, Reach, Shape, Sums

__all__ = [
    "EMPTY",
    "ROOT",
    "TABLES",
    "Deals",
    "First",
    "Found",
    "Known",
    "Level",
    "Many",
    "One",
    "Page",
    "PagesOf",
    "Part",
    "Reach",
    "Records",
    "Rows",
    "Shape",
    "Sums",
    "cursors_of",
]
