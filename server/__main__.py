"""`python -m server` is the command `leadgraph`."""

from server.cli import main

main()
