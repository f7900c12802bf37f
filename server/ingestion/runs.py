"""One body of interactions on its way in: read as it comes, stored batch by batch, answered line by line."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from starlette.types import Message, Receive

from domain import handed
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Code, Refused
from engines import ingest
from engines.ingest import Taken
from server.graphql.presence import Gone
from server.ingestion.answers import Answers, Result
from server.ingestion.batches import Batches, Fault, Read
from server.ingestion.bodies import Broken, Entries, Entry
from server.ingestion.storing import Storing
from server.ingestion.types import Types

SILENCE = 30
"""Seconds without a byte after which nothing more is waited for."""
SILENT = "TIMEOUT"
AT_ONCE = 500
"""Lines that are read before others get their turn."""


class Cut(Exception):
    """The body is read no further, for a reason that the client is told: by status, code and sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def _silent() -> Cut:
    return Cut(408, SILENT, f"Nothing has come for {SILENCE} seconds: send the rest anew.")


def _ending() -> Cut:
    return Cut(503, "SHUTTING_DOWN", "The server ends: send the rest again, to another one or in a moment.")


class Run:
    """One request; whatever ends it, nothing of it goes on, and what is stored stays stored."""

    def __init__(
        self, entries: Entries, source: str | None, storing: Storing, answers: Answers, ending: asyncio.Event
    ) -> None:
        self._entries = entries
        self._source = source
        self._storing = storing
        self._answers = answers
        self._ending = ending
        self._batches = Batches()
        self._whole = False
        self.cut: Cut | None = None

    async def run(self, receive: Receive) -> None:
        """Takes the body in; tells all of it but the last line. Raises `Gone` if nobody is left to tell."""
        reading = asyncio.create_task(self._read(receive))
        writing = asyncio.create_task(self._answers.write())
        try:
            while (batch := await self._batches.take()) is not None:
                results = await self._storing.store(batch)
                if self._whole and not self._answers.begun and _is_vain(results):
                    self._answers.status = 503
                self._answers.add(batch.numbers, results)
                await self._answers.room()
            await reading
            if not self._is_refused:
                await self._answers.finish({"error": self._told} if self.cut else {})
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)

    @property
    def _is_refused(self) -> bool:
        """Whether the body breaks before anything of it could be answered: then its status can say so."""
        return self.cut is not None and not self._answers.counts["lines"]

    @property
    def _told(self) -> dict[str, Any]:
        assert self.cut is not None
        return {"code": self.cut.code, "message": self.cut.message, "retryable": self.cut.status != 400}

    async def _read(self, receive: Receive) -> None:
        try:
            async for data in self._pieces(receive):
                self._entries.feed(data)
                await self._take()
            self._entries.end()
            await self._take()
            self._whole = True
        except Broken as broken:
            self.cut = Cut(400, "BAD_REQUEST", str(broken))
        except Cut as cut:
            self.cut = cut
        except Gone:
            self._batches.drop()
            raise
        finally:
            self._batches.end()

    async def _pieces(self, receive: Receive) -> AsyncIterator[bytes]:
        """The body as it comes, until it is whole."""
        ending = asyncio.create_task(self._ending.wait())
        try:
            while True:
                message = await _next(receive, ending)
                if message["type"] != "http.request":
                    raise Gone
                yield message.get("body", b"")
                if not message.get("more_body"):
                    return
        finally:
            ending.cancel()
            with suppress(asyncio.CancelledError):
                await ending

    async def _take(self) -> None:
        """Reads all that has come, as far as there is room for it."""
        while True:
            entries = self._entries.take(min(AT_ONCE, await self._batches.room()))
            if not entries and not self._entries.pull():
                return
            if entries:
                await self._add(entries)
            await asyncio.sleep(0)

    async def _add(self, entries: list[Entry]) -> None:
        now, types = datetime.now(UTC), Types(self._storing.database, self._storing.request_id)
        for entry in entries:
            read = self._interaction(entry.value, now)
            if isinstance(read, NewInteraction) and read.type is InteractionType.CUSTOM:
                read = await types.settled(read, entry.value)
            self._batches.add(entry.number, read, entry.size)
        self._batches.tell()

    def _interaction(self, value: Any, now: datetime) -> Read:
        if type(value) is not dict:
            return value if isinstance(value, Refused) else _NO_OBJECT
        try:
            new = handed.read(value, self._source)
            ingest.check(new, now)
        except Refused as refused:
            return refused
        return new


_NO_OBJECT = Refused(Code.INVALID, "An interaction is a JSON object.")


def _is_vain(results: Sequence[Result]) -> bool:
    """Whether nothing was taken in, for no fault of the client's."""
    return any(isinstance(one, Fault) for one in results) and not any(
        isinstance(one, Taken) for one in results
    )


async def _next(receive: Receive, ending: "asyncio.Task[Any]") -> Message:
    """What comes next; refuses to wait for a client that sends nothing, or for a server that ends."""
    receiving = asyncio.ensure_future(receive())
    try:
        await asyncio.wait({receiving, ending}, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED)
        if receiving.done():
            return receiving.result()
        raise _ending() if ending.done() else _silent()
    finally:
        receiving.cancel()
