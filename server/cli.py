"""The command `leadgraph`. Each subcommand imports what it needs, so that --help is quick."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from db.database import Database

cli = typer.Typer(
    help="A GraphQL server for customer marketing: contacts, accounts, leads and their insights.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1)] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Load an invented company, once.")] = False,
) -> None:
    """Serve the graph and its explorer."""
    from server.serving import serve as serving
    from server.settings import Settings

    serving(Settings(), host, port, workers, demo)


@cli.command()
def migrate() -> None:
    """Bring the database to this version's shape."""
    from server.address import database_address, prepare
    from server.settings import Settings

    settings = Settings()
    with database_address(settings) as dsn:
        taken = asyncio.run(prepare(dsn, settings.database_wait))
    print("\n".join(f"Applied {name}" for name in taken) or "The database is up to date.")


@cli.command("import")
def import_(
    format: Annotated[
        str,
        typer.Argument(help="A shipped mapping's name, a mapping file, or `leadgraph` for an export."),
    ],
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
    report: Annotated[Path | None, typer.Option(help="Where the report is written, as JSON.")] = None,
) -> None:
    """Import CSV, TSV, JSON or NDJSON through a mapping; importing twice changes nothing.

    What `leadgraph export` wrote is imported into an empty database by `leadgraph import leadgraph FOLDER`.
    """
    from server.exports import FORMAT, run_load
    from server.imports import run_import

    if format == FORMAT:
        _work(lambda database: run_load(database, paths))
    _work(lambda database: run_import(database, format, paths, report))


@cli.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
) -> None:
    """Export everything, as it is at one moment, to a folder that can be imported into an empty database.

    It holds people's data: only its owner can read it.
    """
    from server.exports import run_export

    _work(lambda database: run_export(database, folder))


def _work(act: "Callable[[Database], Awaitable[int]]") -> NoReturn:
    """Works with a database of this version's shape, then exits with the status of the work."""
    from db.database import connected
    from server.address import database_address, prepare
    from server.settings import Settings

    async def run(dsn: str) -> int:
        await prepare(dsn, settings.database_wait)
        async with connected(dsn, statement_timeout=600) as database:
            return await act(database)

    settings = Settings()
    with database_address(settings) as dsn:
        status = asyncio.run(run(dsn))
    raise typer.Exit(status)


retention = typer.Typer(
    help="Archive, drop and restore old months of interactions; their sums stay.", no_args_is_help=True
)
cli.add_typer(retention, name="retention")
Before = Annotated[str, typer.Option(metavar="YYYY-MM", help="The first month that stays.")]
ForgetKeys = Annotated[
    bool,
    typer.Option("--forget-keys", help="Forget their identities too: a repeat of one is then counted again."),
]


@retention.command("list")
def retention_list() -> None:
    """List the months: interactions, size, and what is archived."""
    from server.retention import run_list

    _work(run_list)


@retention.command("archive")
def retention_archive(
    before: Before,
    folder: Annotated[Path, typer.Argument(help="Where a Parquet file for each month is written.")],
    forget_keys: ForgetKeys = False,
) -> None:
    """Write each month before that one to a file; its interactions leave the database, and their sums stay.

    The files hold people's data: only their owner can read them. What was interrupted goes on where it was.
    """
    from server.retention import run_archive

    _work(lambda database: run_archive(database, before, folder, forget_keys))


@retention.command("drop")
def retention_drop(
    before: Before,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: nothing brings the interactions back.")] = False,
    forget_keys: ForgetKeys = False,
) -> None:
    """Let the interactions of each month before that one go for good; their sums stay."""
    from server.retention import run_drop

    _work(lambda database: run_drop(database, before, yes, forget_keys))


@retention.command("restore")
def retention_restore(
    file: Annotated[Path, typer.Argument(help="A file that `retention archive` has written.")],
) -> None:
    """Bring the interactions of an archived month back."""
    from server.retention import run_restore

    _work(lambda database: run_restore(database, file))


@retention.command("erase")
def retention_erase(
    files: Annotated[list[Path], typer.Argument(help="Files that `retention archive` has written.")],
) -> None:
    """Take out of archives whoever was erased or redacted since they were written."""
    from server.retention import run_erase

    _work(lambda database: run_erase(database, files))


@cli.command()
def recount(
    check: Annotated[bool, typer.Option("--check", help="Compare alone, as it does anyway.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Write what was counted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All differences, for tools.")] = False,
) -> None:
    """Compare all sums with the interactions that they count; exits with 1 if any differ.

    It may run while the server does: each batch is compared as it is at one moment.
    """
    from server.recounts import run_recount

    if check and repair:
        raise typer.BadParameter("give --check or --repair, not both")
    _work(lambda database: run_recount(database, repair=repair, as_json=as_json))


@cli.command()
def reclassify(
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A rule's number from now on, as open_seconds=3; 0 turns it off."),
    ] = None,
) -> None:
    """Tell machines from people again, by the rules, over everything; goes on where it was broken off."""
    from server.recounts import run_reclassify

    _work(lambda database: run_reclassify(database, set_ or []))


@cli.command("schema")
def schema_(
    as_json: Annotated[bool, typer.Option("--json", help="As the answer to an introspection query.")] = False,
    changes: Annotated[bool, typer.Option("--changes", help="What has changed since the release.")] = False,
) -> None:
    """Print the schema in GraphQL's own language, or for tools that read JSON."""
    from schema.build import schema
    from schema.history import history, released

    if changes:
        *_, (_, found) = history(released(), schema.as_str())
        print("\n".join(f"{change.heading.value}: {change.words}" for change in found) or "Nothing.")
    elif as_json:
        print(json.dumps({"data": schema.introspect()}, indent=2))
    else:
        print(schema.as_str())


def main() -> None:
    """Runs the command; what cannot be done is said in one sentence, with exit status 1."""
    from pydantic import ValidationError

    from db.embedded import Unusable
    from db.migrate import Unfit

    try:
        cli()
    except (Unusable, Unfit) as error:
        sys.exit(f"leadgraph: {error}")
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        sys.exit(f"leadgraph: the setting LEADGRAPH_{name.removeprefix('LEADGRAPH_')}: {first['msg']}.")
    except KeyboardInterrupt:
        sys.exit(130)
