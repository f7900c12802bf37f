"""Load in a closed loop: each client asks again as soon as it is answered.

`python -m benchmarks.contenders.loadgen PORT BODIES SECONDS CLIENTS` reads one body a line and prints JSON.
"""

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import cast

import orjson
import uvloop

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


class Run:
    """What all clients share: the requests, taken in turn, and what became of them."""

    def __init__(self, bodies: list[bytes], end: float) -> None:
        self.requests = [
            b"%sAccept: application/json\r\nContent-Length: %d\r\n\r\n%s" % (_HEAD, len(body), body)
            for body in bodies
        ]
        self.end = end
        self.asked = 0
        self.errors = 0
        self.latencies: list[float] = []

    def next(self) -> bytes:
        """The next request."""
        self.asked += 1
        return self.requests[self.asked % len(self.requests)]


class Client(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks first."""
        self.transport = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        """Asks, unless the time is up."""
        self.begun = time.perf_counter()
        if self.begun >= self.run.end:
            self.finish()
            return
        self.received, self.size = b"", 0
        self.transport.write(self.run.next())

    def data_received(self, data: bytes) -> None:
        """Takes a part of an answer; asks again after the last."""
        self.received += data
        if not self.size:
            head = self.received.find(b"\r\n\r\n")
            found = _LENGTH.search(self.received, 0, head) if head >= 0 else None
            if found is None:
                return
            self.size = head + 4 + int(found[1])
        if len(self.received) >= self.size:
            if not self.received.startswith(b"HTTP/1.1 200") or b'"errors"' in self.received[:2000]:
                self.run.errors += 1
            self.run.latencies.append(time.perf_counter() - self.begun)
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up is an error."""
        if not self.done.done():
            self.run.errors += 1
            self.finish()

    def finish(self) -> None:
        """Asks no more."""
        if not self.done.done():
            self.done.set_result(None)
        self.transport.close()


async def load(port: int, bodies: list[bytes], seconds: float, clients: int) -> dict[str, float]:
    """Puts a server under load; what is under way at the end is waited for."""
    begun = time.perf_counter()
    run = Run(bodies, begun + seconds)
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: Client(run), "127.0.0.1", port) for _ in range(clients)]
    await asyncio.gather(*(client.done for _, client in opened))
    elapsed, ordered = time.perf_counter() - begun, sorted(run.latencies)
    return {
        "requests": len(ordered),
        "seconds": elapsed,
        "p50": ordered[len(ordered) // 2] * 1000,
        "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
        "errors": run.errors,
    }


if __name__ == "__main__":
    port, file, seconds, clients = sys.argv[1:]
    lines = Path(file).read_bytes().splitlines()
    print(orjson.dumps(uvloop.run(load(int(port), lines, float(seconds), int(clients)))).decode())
