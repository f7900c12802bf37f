"""What can be done: each mutation answers with the record and with what was refused."""

from schema.graph import described
from schema.moves import MoveMutations
from schema.sales import SalesMutations
from schema.writing import RecordMutations


@described
class Mutation(MoveMutations, RecordMutations, SalesMutations):
    """What can be done."""
