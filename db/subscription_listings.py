"""What may be listed of subscription lists, of stays on them and of segments (domain.md 7.1, 9.1)."""

from dataclasses import replace

from db.listings import Listing, Sort, contacts
from domain.subscriptions import Segment, Subscription, SubscriptionCenter, SubscriptionList

_NAMED = {"NAME": Sort('left(t.name collate "C", 200)', "text")}
_KEPT = {
    **_NAMED,
    "CREATED_AT": Sort("t.created_at", "timestamptz"),
    "UPDATED_AT": Sort("t.updated_at", "timestamptz"),
}
_STAYS = (
    "(select stay.*, owner.email_permission, owner.bulk_email_permission"
    " from subscription stay join contact owner on owner.id = stay.contact_id) t"
)

subscription_lists = Listing("subscription_lists", SubscriptionList, "subscription_list t", _KEPT)
subscriptions = Listing(
    "subscriptions",
    Subscription,
    _STAYS,
    {"JOINED_AT": Sort("t.joined_at", "timestamptz")},
    {"contact": "t.contact_id", "list": "t.list_id"},
    {"past": "(t.left_at is null or {}::boolean)"},
)
subscribers = replace(
    contacts,
    name="subscribers",
    source="contact t join subscription stay on stay.contact_id = t.id and stay.left_at is null",
    parents={"list": "stay.list_id"},
)
segments = Listing("segments", Segment, "segment t", _KEPT)
segment_members = replace(
    contacts,
    name="segment_members",
    source="contact t join segment_member member on member.contact_id = t.id",
    parents={"segment": "member.segment_id"},
)
subscription_centers = Listing("subscription_centers", SubscriptionCenter, "subscription_center t", _NAMED)
