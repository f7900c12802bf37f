"""Who takes part, and how each is started: one process, eight connections, its usual production settings."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from benchmarks.contenders.queries import bodies

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
FIRST_PORT = 7600
_PATIENCE = 60


class Unready(Exception):
    """A contender does not answer; the message says which and what it said."""


@dataclass(frozen=True)
class Contender:
    """A server: its name, the dialect it is asked in, and the command that starts it on `{port}`."""

    name: str
    dialect: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_peer(self) -> bool:
        """Whether it runs on Node."""
        return self.command[0] == "{node}"


def _python(*parts: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *parts)


def _leadgraph(executor: str) -> Contender:
    command = _python("server", "serve", "--port", "{port}")
    return Contender(executor, "leadgraph", command, {"LEADGRAPH_EXECUTOR": executor})


_FLOOR = "benchmarks.contenders.floor"
CONTENDERS = (
    _leadgraph("plan"),
    Contender("floor", "floor", _python(_FLOOR, "{port}", "best")),
    Contender("floor_reset", "floor", _python(_FLOOR, "{port}", "usual")),
    Contender("postgraphile", "postgraphile", ("{node}", "postgraphile.mjs", "{port}")),
    Contender("mercurius-jit", "mercurius", ("{node}", "mercurius.mjs", "{port}")),
    Contender("strawberry", "leadgraph", _python("benchmarks.contenders.stock", "{port}")),
    _leadgraph("graphql-core"),
)


@dataclass
class Running:
    """A contender that answers."""

    contender: Contender
    process: subprocess.Popen[bytes]
    port: int
    started_in: float
    orders: Mapping[str, str]

    @property
    def name(self) -> str:
        """The contender's name."""
        return self.contender.name

    def bodies(self, query: str) -> list[bytes]:
        """The requests of a question in the contender's dialect."""
        return bodies(query, self.contender.dialect, self.orders)

    def answers(self, requests: list[bytes]) -> Iterator[bytes]:
        """What it answers, one request after the other."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for body in requests:
            connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
            yield connection.getresponse().read()
        connection.close()


@contextmanager
def started(contender: Contender, number: int, dsn: str, peers: Path, core: int | None) -> Iterator[Running]:
    """A contender that runs while the block does, on the core that is kept for servers."""
    port = FIRST_PORT + number
    filled = [part.format(port=port, node=node_of(peers)) for part in contender.command]
    with (peers / f"{contender.name}.log").open("wb") as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            filled,
            cwd=peers if contender.is_peer else ROOT,
            env={**os.environ, **_environment(dsn), **contender.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
        )
    try:
        _await(contender, process, port, peers)
        waited = time.perf_counter() - begun
        orders = _orders(port) if contender.dialect == "postgraphile" else {}
        yield Running(contender, process, port, waited, orders)
    finally:
        _stop(process)


def node_of(peers: Path) -> Path:
    """The Node that npm has brought."""
    return peers / "node_modules" / "node" / "bin" / "node"


def install(peers: Path) -> None:
    """Has npm bring the peers into the folder, unless it has already."""
    wanted = PEERS / "package.json"
    kept = peers / "package.json"
    for script in PEERS.glob("*.mjs"):
        shutil.copy(script, peers)
    if not kept.exists() or kept.read_bytes() != wanted.read_bytes() or not node_of(peers).exists():
        shutil.copy(wanted, kept)
        subprocess.run(
            ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], cwd=peers, check=True
        )


def _environment(dsn: str) -> dict[str, str]:
    parts = urlsplit(dsn)
    place = parse_qs(parts.query)
    return {
        "DSN": dsn,
        "LEADGRAPH_DATABASE_URL": dsn,
        "PGHOST": place["host"][0],
        "PGPORT": place["port"][0],
        "PGUSER": parts.username or "",
        "PGDATABASE": parts.path.lstrip("/"),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }


def _await(contender: Contender, process: subprocess.Popen[bytes], port: int, peers: Path) -> None:
    """Waits for the first answer."""
    body = bodies("Q1", contender.dialect, {})[0]
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if b'"data"' in _asked(port, body):
                return
        except OSError:
            time.sleep(0.005)
    said = (peers / f"{contender.name}.log").read_text()[-2000:]
    raise Unready(f"{contender.name} does not answer; it said:\n{said}")


def _asked(port: int, body: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        return connection.getresponse().read()
    finally:
        connection.close()


def _orders(port: int) -> dict[str, str]:
    """The marks of PostGraphile's cursors in order of creation, as its first pages hand them out."""
    lists = {"account": "allAccounts", "contact": "allContacts", "lead": "allLeads"}
    parts = (
        f"{kind}: {name}(first: 1, orderBy: [CREATED_AT_ASC, ID_ASC]) {{ pageInfo {{ endCursor }} }}"
        for kind, name in lists.items()
    )
    answer: dict[str, Any] = orjson.loads(_asked(port, orjson.dumps({"query": f"{{ {' '.join(parts)} }}"})))
    cursors = {kind: page["pageInfo"]["endCursor"] for kind, page in answer["data"].items()}
    return {kind: orjson.loads(b64decode(cursor))[0] for kind, cursor in cursors.items()}


def _stop(process: subprocess.Popen[bytes]) -> None:
    for order in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(order)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                continue
