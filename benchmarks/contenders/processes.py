"""What the kernel says of a process and its children: CPU spent, and the most memory held."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """CPU of a process, of its descendants, and of those of them that have ended."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in _tree(root)) * _TICK


def peak_memory(root: int) -> float:
    """The most memory that a process and its descendants have held, in MiB."""
    total = 0
    for pid in _tree(root):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1])
    return total / 1024


def parent(pid: int) -> int:
    """The process that started this one."""
    return int(_stat(pid)[1])


def _stat(pid: int) -> list[str]:
    """The fields behind the name: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()


def _tree(root: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                children.setdefault(parent(int(folder.name)), []).append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, [])
