"""The cluster in a home: made whole or not at all, and never beside an older one that holds data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from db.embedded.binaries import Binaries
from db.embedded.home import Home
from db.embedded.process import spawned
from db.embedded.unusable import Unusable, condensed

SUPERUSER = "leadgraph"


def made(home: Home, binaries: Binaries, lock: int, *, durable: bool) -> None:
    """Make the cluster where there is none, in a second folder that takes its name when it is finished."""
    with home.account.acting():
        for unfinished in home.folder.glob(f"{home.data.name}.new-*"):
            shutil.rmtree(unfinished)
        if (home.data / "PG_VERSION").exists():
            return
        _refuse_to_hide(home)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{home.data.name}.new-", dir=home.folder))
    try:
        _initialise(home, binaries, unfinished, lock, durable=durable)
    except BaseException:
        with home.account.acting():
            shutil.rmtree(unfinished, ignore_errors=True)
        raise
    with home.account.acting():
        unfinished.rename(home.data)
        _flush(home.folder)


def _refuse_to_hide(home: Home) -> None:
    versions = (
        file.parent.name.removeprefix("postgres-") for file in home.folder.glob("postgres-*/PG_VERSION")
    )
    others = sorted((version for version in versions if version.isdecimal()), key=int)
    if others:
        raise Unusable(
            f"{home.folder} holds data of PostgreSQL {others[-1]}, and PostgreSQL {home.major} is installed: "
            f"install version {others[-1]}, move the data over with pg_dump, or change LEADGRAPH_DATA_DIR."
        )


def _initialise(home: Home, binaries: Binaries, data: Path, lock: int, *, durable: bool) -> None:
    # Segments keep their 16 MB: smaller ones save 9 MB of disk once and cost a file for each MB taken in.
    options = ["--auth=trust", "--encoding=UTF8", *_locale(binaries), *([] if durable else ["--no-sync"])]
    command: list[str | Path] = [binaries.initdb, "-D", data, "-U", SUPERUSER, *options]
    with tempfile.TemporaryFile() as output:
        process = spawned(command, home.account, output=output, lock=lock, orphaned=signal.SIGKILL)
        try:
            status = process.wait(120)
        except subprocess.TimeoutExpired:
            raise Unusable(f"PostgreSQL did not make its data in {home.folder} within two minutes.") from None
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        if status:
            reason = condensed(output.read().decode(errors="replace"))
            raise Unusable(f"PostgreSQL could not make its data in {home.folder}: {reason}.")


def _locale(binaries: Binaries) -> list[str]:
    """One order of text on every system, where the version knows how."""
    if binaries.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _flush(folder: Path) -> None:
    """Make the new name outlive a power cut, as the commits under it will."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
