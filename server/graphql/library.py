"""The documents that clients need not send: those of manifests, and those that were sent once before."""

from collections import OrderedDict
from datetime import UTC, datetime
from hashlib import sha256
from typing import NoReturn

from db.database import Database
from db.migrate import Unfit
from schema.plan.documents import Documents
from server.graphql import manifests
from server.graphql.asked import Asked
from server.graphql.refusals import Refusal
from server.settings import Settings

MOST_AT_HAND = 1_000
LARGEST = 100_000
"""Characters of a document that is kept for later."""
_HEX = frozenset("0123456789abcdef")
_UNCACHED = {"cache-control": "private, no-store"}


class Library:
    """Finds the text of what a request asks for; `documents` checks what is to be kept."""

    def __init__(self, settings: Settings, documents: Documents) -> None:
        self._documents = documents
        self._trusting = settings.trusted_documents
        self._most = settings.persisted_queries
        self._by_id: dict[str, str] = {}
        self._texts: set[str] = set()
        self._at_hand: OrderedDict[str, str] = OrderedDict()
        self._used: set[str] = set()
        for known in manifests.read(settings.documents):
            self._add(known)
        if self._trusting and not self._texts:
            raise Unfit(
                "LEADGRAPH_TRUSTED_DOCUMENTS runs only documents of manifests, and there are none:"
                " name some by LEADGRAPH_DOCUMENTS."
            )

    def known(self, asked: Asked) -> str | None:
        """The document's text, where nothing has to be looked up; None where something has."""
        query = asked.query
        id = asked.sha256 or asked.document_id
        if id is None:
            if self._trusting and query not in self._texts:
                _forbid()
            return query
        if query is not None:
            return query if query in self._texts and asked.document_id is None else None
        return self._by_id.get(id) or self._near(id.removeprefix("sha256:").lower())

    async def text_of(self, asked: Asked, database: Database) -> str:
        """The document's text; keeps what comes with its hash."""
        found = self.known(asked)
        if found is not None:
            return found
        if asked.document_id is not None:
            return await self._of_id(asked.document_id, asked.query, database)
        assert asked.sha256 is not None
        if asked.query is None:
            return await self._of_hash(asked.sha256, database) or self._miss(asked.sha256)
        return await self._kept(asked.query, asked.sha256, database)

    def _near(self, key: str) -> str | None:
        """The text under a hash, where this process has it."""
        found = self._at_hand.get(key)
        if found is None:
            return self._by_id.get(key)
        self._at_hand.move_to_end(key)
        self._used.add(key)
        return found

    def _add(self, known: manifests.Known) -> None:
        document = self._documents.trust(known.text)
        if document.errors:
            reason = document.errors[0].message.rstrip(".")
            raise Unfit(f"The document {known.id} of {known.file} does not fit the schema: {reason}.")
        if self._by_id.setdefault(known.id, known.text) != known.text:
            raise Unfit(f"The id {known.id} of {known.file} stands for another document already.")
        self._by_id[_hash(known.text)] = known.text
        self._texts.add(known.text)

    async def _of_id(self, id: str, query: str | None, database: Database) -> str:
        if query is not None:
            raise Refusal(400, "A request names a document by `documentId` or sends a `query`, not both.")
        found = await self._of_hash(id.removeprefix("sha256:").lower(), database)
        if found is None:
            if self._trusting:
                _forbid()
            message = "No document is known under this `documentId`: it is in no manifest that was read."
            raise Refusal(404, message, "PERSISTED_QUERY_NOT_FOUND", headers=_UNCACHED)
        return found

    async def _of_hash(self, key: str, database: Database) -> str | None:
        """The text that any process has kept under a hash."""
        if self._trusting or not self._most or not _is_hash(key):
            return None
        async with database.transaction() as tx:
            rows = await tx.rows("document_find", bytes.fromhex(key), datetime.now(UTC))
        if not rows:
            return None
        text: str = rows[0]["text"]
        self._put_at_hand(key, text)
        return text

    async def _kept(self, text: str, key: str, database: Database) -> str:
        if _hash(text) != key:
            raise Refusal(400, "The `sha256Hash` is not that of the `query`: SHA-256 of its UTF-8, in hex.")
        if self._trusting:
            _forbid()
        is_new = key not in self._at_hand
        if self._most and is_new and len(text) <= LARGEST and not self._documents.of(text).errors:
            await self._keep(text, key, database)
        return text

    async def _keep(self, text: str, key: str, database: Database) -> None:
        now = datetime.now(UTC)
        used = [bytes.fromhex(one) for one in self._used]
        self._used.clear()
        async with database.transaction() as tx:
            await tx.run("document_keep", bytes.fromhex(key), text, now)
        self._put_at_hand(key, text)
        async with database.transaction() as tx:
            (turn,) = await tx.rows("documents_turn")
            if turn["mine"]:
                await tx.run("documents_touch", used, now)
                await tx.run("documents_forget", self._most)

    def _put_at_hand(self, key: str, text: str) -> None:
        self._at_hand[key] = text
        if len(self._at_hand) > MOST_AT_HAND:
            gone, _ = self._at_hand.popitem(last=False)
            self._used.discard(gone)

    def _miss(self, key: str) -> NoReturn:
        """Apollo's clients go by these very words: they send the document with its hash then, or leave it."""
        if self._trusting:
            _forbid()
        if not self._most:
            message, code = "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED"
        else:
            message, code = "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"
        raise Refusal(200, message, code, headers=_UNCACHED)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_hash(key: str) -> bool:
    return len(key) == 64 and _HEX.issuperset(key)


def _forbid() -> NoReturn:
    raise Refusal(
        403,
        "Only known documents are run here: this one is in no manifest. Add it to the build's manifest, and"
        " ask for it by its id.",
        "FORBIDDEN",
    )
