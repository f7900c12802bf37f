"""Which of the files that were named are taken, in which order, and which are left out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engines.imports.mapping import Part, Plan, Unusable
from engines.imports.sources import FORMATS_SAID, kind_of

Chosen = list[tuple[Path, Part]]


def choose(plan: Plan, paths: Sequence[Path]) -> tuple[Chosen, list[tuple[Path, str]]]:
    """The files to take, in the order of the mapping's parts, and those left out, with the reason."""
    chosen: dict[Path, tuple[Path, Part]] = {}
    left_out: list[tuple[Path, str]] = []
    for path, named in _each(paths):
        part = plan.part_of(path)
        if part is not None:
            _check_format(path, part)
            chosen.setdefault(path.resolve(), (path, part))
        elif named:
            raise Unusable(f"{path.name} is not a file of {plan.name}: {plan.why_not(path)}")
        else:
            left_out.append((path, plan.why_not(path)))
    if not chosen:
        raise Unusable(f"There is no file of {plan.name} in {', '.join(map(str, paths))}.")
    order = {id(part): at for at, part in enumerate(plan.parts)}
    return sorted(chosen.values(), key=lambda item: (order[id(item[1])], item[0].name)), left_out


def _each(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """The files that were named, and those of the folders that were."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.iterdir()):
                if inner.is_file() and not inner.name.startswith("."):
                    yield inner, False
        elif path.is_file():
            yield path, True
        else:
            raise Unusable(f"There is no file or folder {path}.")


def _check_format(path: Path, part: Part) -> None:
    if kind_of(path, part) is None:
        raise Unusable(
            f"{path.name} does not say by its name what it is: the mapping has to ({FORMATS_SAID})."
        )
