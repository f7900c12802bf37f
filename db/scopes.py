"""Facts in a scope as SQL: whose, of which journey or message, when; and what is counted of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from db.database import Reads
from db.insights import Counting, to_sums
from db.loaders import Batch, Reach, Reaches, Sums
from db.sql import Args, statement
from domain.insights import ENGAGED_ON_ACCOUNTS, Attribution, Sum
from domain.interactions import engaging
from domain.scopes import Owner, Scope, pooled


class Scoped:
    """A scope over some owners as parts of one statement, whose arguments it gathers."""

    def __init__(self, scope: Scope, keys: Sequence[UUID]) -> None:
        if scope.owner is Owner.ANYBODY and not scope.is_narrow:
            raise ValueError("The facts of all contacts together are no scope: name a journey or a message.")
        self.scope = scope
        self.args = Args()
        self._keys = self.args.add(list(keys), "uuid[]")

    @property
    def machines(self) -> str:
        """Whether what machines did counts."""
        return "true" if self.scope.machines else "false"

    @property
    def accounts(self) -> str:
        """The accounts as rows of owner_id and account_id."""
        name = "accounts_below_in_scope" if self.scope.below else "accounts_in_scope"
        return statement(name).format(keys=self._keys)

    def facts(self, *types: str) -> str:
        """The interactions that count, of these types or of all: every column, with owner_id and within."""
        found = self._facts()
        if types:
            found += f" and fact.type = any({self.args.add(sorted(types), 'text[]')})"
        return found if self.scope.machines else f"{found} and fact.actor <> 'MACHINE'"

    def copies(self) -> str:
        """The copies that the owners' contacts have got, of the journey or message."""
        if self.scope.owner in (Owner.CONTACT, Owner.ANYBODY):
            found = self._of("copies")
        else:
            found = statement("copies_of_owners_in_scope").format(owners=self._of("owners"))
        return f"select * from ({found}) copy where {self._about('copy')}"

    def measures(self) -> str:
        """What the interactions and copies count for: owner_id, contact_id, kind, n, at and seen_at."""
        if self.scope.is_narrow:
            of_facts = statement("measured_facts_in_scope").format(facts=self.facts())
            columns = "owner_id, contact_id, kind, n, at, seen_at"
            return f"{of_facts}\nunion all\nselect {columns} from ({self.measured(self.copies())}) measure"
        names = {"owners": self._of("owners"), "machines": self.machines}
        times = self._times("measure.at")
        return statement("measured_contacts_in_scope").format(times=times, **names)

    def measured(self, copies: str) -> str:
        """What these copies count for: owner_id, contact_id, message_id, kind, n and at."""
        times = self._times("measure.at")
        text = statement("measured_copies_in_scope")
        return text.format(copies=copies, machines=self.machines, times=times)

    def _facts(self) -> str:
        found = self._of("facts")
        times = self._times("fact.occurred_at")
        return f"select * from ({found}) fact where {times} and {self._about('fact')}"

    def _of(self, what: str) -> str:
        owner = self.scope.owner.name.lower()
        if self.scope.owner is Owner.ACCOUNT:
            owner = f"{owner}_{self.scope.attribution.lower()}"
        return statement(f"{owner}_{what}_in_scope").format(keys=self._keys, accounts=self.accounts)

    def _times(self, at: str) -> str:
        window = self.scope.window
        ends = ((">=", window.from_at), ("<", window.to_at))
        found = [f"{at} {sign} {self.args.add(end, 'timestamptz')}" for sign, end in ends if end is not None]
        return " and ".join(found) or "true"

    def _about(self, table: str) -> str:
        ids = {"journey_id": self.scope.journey_id, "message_id": self.scope.message_id}
        found = [
            f"{table}.{name} = {self.args.add(id, 'text')}" for name, id in ids.items() if id is not None
        ]
        return " and ".join(found) or "true"


@dataclass(frozen=True)
class ScopedSums(Batch[tuple[Sum, ...]]):
    """How often each kind of interaction was met in a scope, counted from the facts."""

    scope: Scope

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Sum, ...]]:
        scoped = Scoped(self.scope, keys)
        counted = statement("sums_counted_in_scope").format(measures=scoped.measures())
        text = statement("sums_of").format(counted=counted, machines="false")
        rows = await reads.rows(f"{self.scope.name}_sums", *scoped.args, text=text)
        found = {row["owner_id"]: to_sums(row) for row in rows}
        return [found.get(key, ()) for key in keys]


@dataclass(frozen=True)
class Pooled(Batch[tuple[Sum, ...]]):
    """What is counted of each account and of the accounts below it, added up."""

    each: Batch[tuple[Sum, ...]]

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Sum, ...]]:
        rows = await reads.rows("accounts_below", keys)
        accounts = list({row["account_id"] for row in rows})
        counted = dict(zip(accounts, await self.each.fetch(reads, accounts), strict=True))
        found: defaultdict[UUID, list[Sum]] = defaultdict(list)
        for row in rows:
            found[row["owner_id"]] += counted[row["account_id"]]
        return [pooled(found[key]) for key in keys]


@dataclass(frozen=True)
class ScopedReach(Batch[Reach]):
    """How many contacts the accounts have now, and how many of them engaged in the scope."""

    scope: Scope

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Reach]:
        members = Scoped(self.scope, keys)
        text = statement("members_in_scope").format(accounts=members.accounts)
        name = f"{self.scope.name}_members"
        rows = await reads.rows(name, *members.args, text=text)
        engaged = dict(zip(keys, await EngagedContacts(self.scope).fetch(reads, keys), strict=True))
        contacts = {row["owner_id"]: row["contacts"] for row in rows}
        return [Reach(contacts.get(key, 0), engaged[key]) for key in keys]


@dataclass(frozen=True)
class EngagedContacts(Batch[int]):
    """How many contacts engaged in the scope."""

    scope: Scope

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[int]:
        scoped = Scoped(self.scope, keys)
        types = ENGAGED_ON_ACCOUNTS if self.scope.owner is Owner.ACCOUNT else engaging()
        text = statement("engaged_in_scope").format(facts=scoped.facts(*sorted(types)))
        rows = await reads.rows(f"{self.scope.name}_engaged", *scoped.args, text=text)
        found = {row["owner_id"]: row["engaged"] for row in rows}
        return [found.get(key, 0) for key in keys]


def summing(scope: Scope, counting: Counting) -> Batch[tuple[Sum, ...]]:
    """What reads the sums of a scope: those that are kept, where it is not narrowed; else from its facts."""
    if scope.is_narrow or scope.owner not in (Owner.CONTACT, Owner.ACCOUNT):
        return ScopedSums(scope)
    each = Sums(scope.owner.name.lower(), counting)
    return Pooled(each) if scope.below else each


def reaching(scope: Scope, counting: Counting) -> Batch[Reach]:
    """What counts accounts' members, and the engaged among them."""
    if scope.is_narrow or scope.below:
        return ScopedReach(replace(scope, attribution=Attribution.CURRENT_MEMBERS.name))
    return Reaches(counting)
