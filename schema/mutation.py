"""What can be done: each mutation answers with the record and with what was refused."""

from schema.bulk import BulkMutations
from schema.centers import CenterMutations
from schema.custom_field_acts import CustomFieldMutations
from schema.graph import described
from schema.joining import SubscriptionMutations
from schema.merges import MergeMutations
from schema.moves import MoveMutations
from schema.picking import SegmentMutations
from schema.sales import SalesMutations
from schema.subjects import ProtectionMutations
from schema.views import ViewMutations
from schema.writing import RecordMutations


@described
class Mutation(
    BulkMutations,
    CenterMutations,
    CustomFieldMutations,
    MergeMutations,
    MoveMutations,
    ProtectionMutations,
    RecordMutations,
    SalesMutations,
    SegmentMutations,
    SubscriptionMutations,
    ViewMutations,
):
    """What can be done."""
