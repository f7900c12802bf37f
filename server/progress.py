"""Progress bars on long work, on standard error; silent where nobody sits at the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how far work has come while the block runs; call what it gives with done and total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(words, total=None, visible=False)

        def advance(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total, visible=True)

        yield advance
