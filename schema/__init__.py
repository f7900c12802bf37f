"""The graph as its users see it: types and words, no input or output."""

import schema.scalars  # noqa: F401 - the option sets become graph enums before any type names them
