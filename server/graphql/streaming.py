"""Answers that go on: sent while the client is there and takes them, ended where it does not."""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial
from types import FrameType
from typing import Any

from starlette.types import Message, Receive, Send

from db.database import Database
from resolvers.context import Context
from server.graphql.contexts import context_of
from server.graphql.refusals import too_late

KEEP_ALIVE = 12
"""Seconds of silence after which a stream shows that it goes on: proxies end what is silent for longer."""


class Slow(Exception):
    """The client has taken nothing for too long."""


class Sending:
    """Sends one message after the other, each when the client has taken enough of those before."""

    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience
        self._turn = asyncio.Lock()

    async def __call__(self, message: Message) -> None:
        """Sends; a client that takes nothing in all that time is cut off."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._patience):
                    await self._send(message)
            except TimeoutError:
                cut(self._send)
                raise Slow from None


def cut(send: Send) -> None:
    """Drops the connection with all that waits in it: to close it would be to wait for the client again.

    ASGI has no word for it, so it is asked of the server's own transport.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()


class Ending:
    """Tells streams that the process was told to end, so that their clients go on elsewhere at once."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listens for signals, and passes them on to who listened before."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop, numbers = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)
        before: dict[int, Any] = {number: signal.getsignal(number) for number in numbers}

        def tell(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begun.set)
            if callable(before[number]):
                before[number](number, frame)

        for number in numbers:
            signal.signal(number, tell)
        try:
            yield
        finally:
            for number in numbers:
                if signal.getsignal(number) is tell:
                    signal.signal(number, before[number])


async def pump(
    parts: AsyncGenerator[bytes, None],
    receive: Receive,
    sending: Sending,
    ending: Ending,
    alive: bytes | None = None,
    silence: float = KEEP_ALIVE,
) -> None:
    """Sends the parts of a body as they come, until client or server go; `alive` now and then between."""
    async with _watching(receive, ending) as over:
        producing = asyncio.ensure_future(_produce(parts, sending))
        try:
            while not producing.done() and not over.done():
                await asyncio.wait({producing, over}, timeout=silence, return_when=asyncio.FIRST_COMPLETED)
                if alive is not None and not producing.done() and not over.done():
                    await sending({"type": "http.response.body", "body": alive, "more_body": True})
            if producing.done():
                producing.result()
        finally:
            await _ended(producing)
    await sending({"type": "http.response.body", "body": b""})


async def _produce(parts: AsyncGenerator[bytes, None], sending: Sending) -> None:
    async with aclosing(parts):
        async for part in parts:
            await sending({"type": "http.response.body", "body": part, "more_body": True})


@asynccontextmanager
async def _watching(receive: Receive, ending: Ending) -> AsyncIterator[asyncio.Future[Any]]:
    """What is done when there is nobody left to send to, or nobody to send."""
    watchers = [asyncio.ensure_future(_departure(receive)), asyncio.ensure_future(ending.begun.wait())]
    over = asyncio.ensure_future(asyncio.wait(watchers, return_when=asyncio.FIRST_COMPLETED))
    try:
        yield over
    finally:
        for task in (over, *watchers):
            await _ended(task)


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ended(task: asyncio.Future[Any]) -> None:
    """Ends what is still under way; what it comes to concerns nobody any more."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """Stops an operation that takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise too_late() from None


class Contexts:
    """Makes the contexts of one operation; once it is over, nothing is read for it any more."""

    def __init__(self, database: Database, headers: Mapping[bytes, bytes], request_id: str) -> None:
        self.request_id = request_id
        self._of = partial(context_of, database, headers, request_id)
        self._first: Context | None = None
        self._last: Context | None = None

    def __call__(self) -> Context:
        """A fresh context: the first for the operation itself, the others for its events."""
        self._last = self._of()
        self._first = self._first or self._last
        return self._last

    def __enter__(self) -> "Contexts":
        return self

    def __exit__(self, *_: object) -> None:
        for context in (self._first, self._last):
            if context is not None:
                context.stop()
