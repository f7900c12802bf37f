"""What can be done: each mutation answers with the record and with what was refused."""

from schema.bulk import BulkMutations
from schema.centers import CenterMutations
from schema.custom_field_acts import CustomFieldMutations
from schema.graph import described
from schema.interaction_types import InteractionTypeMutations
from schema.joining import SubscriptionMutations
from schema.merges import MergeMutations
from schema.moves import MoveMutations
from schema.picking import SegmentMutations
from schema.reclassifying import ReclassifyingMutations
from schema.recording import RecordingMutations
from schema.sales import SalesMutations
from schema.subjects import ProtectionMutations
from schema.suppression import SuppressionMutations
from schema.views import ViewMutations
from schema.websites import WebsiteMutations
from schema.writing import RecordMutations


@described
class Mutation(
    BulkMutations,
    CenterMutations,
    CustomFieldMutations,
    InteractionTypeMutations,
    MergeMutations,
    MoveMutations,
    ProtectionMutations,
    ReclassifyingMutations,
    RecordMutations,
    RecordingMutations,
    SalesMutations,
    SegmentMutations,
    SubscriptionMutations,
    SuppressionMutations,
    ViewMutations,
    WebsiteMutations,
):
    """What can be done."""
