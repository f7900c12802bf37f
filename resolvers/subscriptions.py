"""Subscription lists, centres and segments: what they are related to, and what is listed of them."""

from collections.abc import Mapping
from typing import Any

from db import subscription_listings as listings
from db.loaders import Many, One
from domain.subscriptions import Segment, Subscription, SubscriptionCenter, SubscriptionList
from resolvers.lists import Listed

subscription_list = One(SubscriptionList, "subscription_list_by_id")
subscription = One(Subscription, "subscription_by_id")
center = One(SubscriptionCenter, "subscription_center_by_id")
segment = One(Segment, "segment_by_id")
segments_of_contact = Many(Segment, "segments_of_contact", by="contact_id")
lists_of_center = Many(SubscriptionList, "lists_of_centers", by="center_id")
NODES: Mapping[str, One[Any]] = {
    "ListMembership": subscription,
    "Segment": segment,
    "SubscriptionCenter": center,
    "SubscriptionList": subscription_list,
}

lists = Listed(listings.subscription_lists)
centers = Listed(listings.subscription_centers)
memberships_of_contact = Listed(listings.subscriptions, "contact")
memberships_of_list = Listed(listings.subscriptions, "list")
members_of_list = Listed(listings.subscribers, "list")
segments = Listed(listings.segments)
members_of_segment = Listed(listings.segment_members, "segment")
