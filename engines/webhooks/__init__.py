"""Webhooks of e-mail providers: their payloads become interactions (domain.md 3.2)."""

from collections.abc import Callable, Mapping
from typing import Any

from engines.webhooks import mailgun, postmark, sendgrid, ses
from engines.webhooks.events import Event

TRANSLATIONS: Mapping[str, Callable[[Any], list[Event]]] = {
    "mailgun": mailgun.translate,
    "postmark": postmark.translate,
    "sendgrid": sendgrid.translate,
    "ses": ses.translate,
}
"""What makes interactions of a provider's payload; `Refused` where it is none of its payloads."""

__all__ = ["TRANSLATIONS", "Event"]
