"""What breakdowns read of an interaction: its value, and what that is called where it has a name."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.charts import BreakdownDimension


class Read(NamedTuple):
    """A value of the interaction `fact`, and its label; null is its value."""

    value: str
    label: str = "null::text"


def _said(*names: str) -> str:
    """The first of these properties that says anything."""
    said = [f"nullif(btrim(fact.properties ->> '{name}'), '')" for name in names]
    return said[0] if len(said) == 1 else f"coalesce({', '.join(said)})"


_D = BreakdownDimension
_DOMAIN = (
    f"lower(coalesce({_said('emailDomain')},"
    " nullif(split_part(fact.properties ->> 'emailAddressUsed', '@', 2), '')))"
)
DIMENSIONS: Mapping[BreakdownDimension, Read] = {
    _D.TYPE: Read("fact.type"),
    _D.CATEGORY: Read("fact.type"),
    _D.COUNTRY: Read(f"upper({_said('countryIsoCode')})"),
    _D.STATE: Read(_said("state")),
    _D.CITY: Read(_said("city")),
    _D.EMAIL_DOMAIN: Read(_DOMAIN),
    _D.DEVICE: Read(_said("deviceType")),
    _D.BROWSER: Read(_said("browserId")),
    _D.OPERATING_SYSTEM: Read(_said("operatingSystemId")),
    _D.REFERRER: Read(_said("referrerUri")),
    _D.SEARCH_ENGINE: Read(_said("searchEngineName")),
    _D.SOURCE: Read("fact.source"),
    _D.MESSAGE: Read("fact.message_id"),
    _D.JOURNEY: Read("fact.journey_id"),
    _D.ITERATION: Read("fact.iteration_id"),
    _D.TILE: Read("fact.tile_id"),
    _D.LINK: Read("fact.link", _said("linkFriendlyName")),
    _D.WEBSITE: Read(_said("websiteId")),
    _D.PAGE: Read(_said("pageAddress", "pageUrl")),
    _D.FORM: Read(_said("formId"), _said("formName")),
    _D.EVENT: Read(_said("eventId")),
    _D.SURVEY: Read(_said("surveyId")),
    _D.SUBSCRIPTION_LIST: Read(_said("segmentId")),
    _D.BOUNCE_CATEGORY: Read(_said("bounceCategory")),
    _D.BLOCKED_REASON: Read(_said("blockedReason")),
    _D.CUSTOM_TYPE: Read(f"case fact.type when 'CUSTOM' then {_said('name')} end"),
}
