"""What an export holds: every table of the product, in the order of loading, and those left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.database import Transaction
from db.migrate import migrations

DUMPED = (
    "account",
    "contact",
    "contact_account_membership",
    "lead",
    "lead_stage",
    "opportunity",
    "opportunity_close",
    "source_key",
    "custom_field",
    "record_history",
    "interaction_key",
    "interaction",
    "orphan_interaction",
    "delivered_copy",
    "copy_mark",
    "contact_rollup",
    "account_rollup",
    "account_addition",
    "account_due",
    "archived_month",
    "contact_month",
    "archived_mark",
    "subscription_list",
    "subscription",
    "subscription_center",
    "subscription_center_list",
    "segment",
    "segment_member",
    "consent_change",
    "data_protection_settings",
    "data_subject_request",
    "data_subject",
    "data_subject_part",
    "erasure_tombstone",
    "merge",
    "merge_interaction",
    "merge_key",
    "merge_part",
    "event",
    "event_session",
    "session_track",
    "session_in_track",
    "event_pass",
    "event_registration",
    "registration_response",
    "attendee_pass",
    "session_registration",
    "check_in",
    "waitlist_item",
    "speaker",
    "speaker_engagement",
    "sponsorship",
    "event_vendor",
    "event_team_member",
    "saved_view",
    "interaction_type",
    "suppressed_address",
    "address_event",
    "website",
    "redirect_url",
    "visitor",
    "machine_pace",
)
"""The tables of an export, each after those that it refers to."""
SEEDED = frozenset({"data_protection_settings", "machine_pace", "subscription_center"})
"""Tables in which a new database holds rows already: an import replaces them."""
LEFT_OUT: Mapping[str, str] = {
    "migration": "It tells of the database's own shape.",
    "change": "The change log counts the transactions of its own database; another begins a log of its own.",
    "change_log": "It says whose log the change log is.",
    "idempotency": "Answers are kept for a day, for clients that ask the same server again.",
    "import_run": "It tells how far the import of a file has come; importing the file again changes nothing.",
    "import_refusal": "It waits for the report of an import that is not finished.",
    "document": "Clients send a document again where a server does not know it yet.",
    "webhook_token": "It keeps a provider's signature from being used twice, for a day.",
    "signing_key": "A secret of the database: links that were signed with it are not good at another.",
}
"""Tables that no export holds, and why not."""
SHOWN: Mapping[str, str] = {
    "numeric": "{}::text",
    "bytea": r"translate(encode({}, 'base64'), E'\n', '')",
}
"""How values are written that JSON has no faithful way for; all others as PostgreSQL writes them in JSON."""
READ: Mapping[str, tuple[str, str]] = {"bytea": ("text", "decode({}, 'base64')")}
"""Of what is not read as what it is written as: how it is written, and what makes it a value again."""
PLAIN = frozenset(
    {
        '"char"',
        "bigint",
        "boolean",
        "date",
        "integer",
        "integer[]",
        "jsonb",
        "smallint",
        "text",
        "text[]",
        "timestamp with time zone",
        "timestamp with time zone[]",
        "timestamp without time zone",
        "uuid",
        "uuid[]",
    }
)
"""The types whose JSON PostgreSQL reads as the same value again."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as an export sees it: its columns by name with their types, and what orders its rows."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def selected(self) -> str:
        """The statement of its rows as JSON, in the order of their key."""
        shown = ", ".join(
            f"{SHOWN.get(type, '{}').format(_of(name))} as {_quoted(name)}"
            for name, type in sorted(self.columns.items())
        )
        order = ", ".join(
            f'{_of(name)} collate "C"' if self.columns[name] == "text" else _of(name) for name in self.key
        )
        return (
            f"select row_to_json(shown)::text from {self.name} t"
            f" cross join lateral (select {shown}) shown order by {order}"
        )

    def loaded(self, columns: list[str]) -> str:
        """The statement that adds rows which are handed in as one list in JSON."""
        kinds = {name: self.columns[name] for name in columns}
        written = ", ".join(f"{_quoted(name)} {READ.get(kind, (kind,))[0]}" for name, kind in kinds.items())
        values = ", ".join(
            READ[kind][1].format(_of(name)) if kind in READ else _of(name) for name, kind in kinds.items()
        )
        return (
            f"insert into {self.name} ({', '.join(map(_quoted, columns))})"
            f" select {values} from json_to_recordset($1::json) t ({written})"
        )


def _quoted(name: str) -> str:
    """The column's name, whatever word it is."""
    return f'"{name}"'


def _of(name: str) -> str:
    """The column of the row `t`."""
    return f"t.{_quoted(name)}"


def latest() -> int:
    """The number of the last migration that this version knows."""
    return max(step.number for step in migrations())


async def tables(tx: Transaction) -> dict[str, Table]:
    """The tables of an export as the database has them; what is computed is left out."""
    rows = await tx.rows("dump_tables", list(DUMPED))
    found = {row["name"]: row for row in rows}
    return {
        name: Table(
            name,
            dict(zip(found[name]["columns"], found[name]["types"], strict=True)),
            tuple(found[name]["key"] or found[name]["columns"]),
        )
        for name in DUMPED
    }
