# ruff: noqa: T201
"""Virtual environments for other people's libraries; the project's own stays as it is.

PyTorch and sentence-transformers, in our versions, are installed once, below all of them: an
environment finds there what it has not itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

# Nothing is fetched, reported or sent while systems are measured, and the processor does the work.
_SETTINGS = {
    "ANONYMIZED_TELEMETRY": "false",
    "CUDA_VISIBLE_DEVICES": "",
    "DO_NOT_TRACK": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "PYTHONNOUSERSITE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
_THREADS = "2"
_STACK = Path(__file__).parent / "rivals" / "stack.txt"

# An environment: its Python, and the folders that its packages are in.
_Environment = tuple[Path, tuple[str, ...]]


class CannotInstall(Exception):
    """`pip` refused, and what it said."""


def threads() -> str:
    """How many threads PyTorch, FAISS and numpy use: two, or as OMP_NUM_THREADS says."""
    return os.environ.get("OMP_NUM_THREADS", _THREADS)


def variables() -> Mapping[str, str]:
    """The environment variables of everything that is measured."""
    return {**os.environ, **_SETTINGS, "OMP_NUM_THREADS": threads()}


def python_with(requirements: Path, folder: Path) -> Path:
    """The Python of an environment below `folder` that has these requirements.

    It is used again as long as they and our versions are the same.

    :raises CannotInstall: `pip` could not install them beside our versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [line for line in _STACK.read_text().splitlines() if not line.startswith("#")]
    # Without the build's name: "2.13.0+cpu" is not on every index, but fulfils "2.13.0".
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{name}=={version(name).partition('+')[0]}\n" for name in names))
    stack = made(folder / "stack", _STACK, pins)
    return made(folder / requirements.stem, requirements, pins, stack=stack)[0]


def made(
    place: Path, requirements: Path, pins: Path, *, stack: _Environment | None = None
) -> _Environment:
    """Make an environment in `place`, unless the same is there already.

    :raises CannotInstall: `pip` refused.
    """
    paths = sysconfig.get_paths("venv", vars={"base": str(place), "platbase": str(place)})
    python = Path(paths["scripts"], "python")
    packages = (paths["purelib"], paths["platlib"])
    wanted, done = requirements.read_text() + pins.read_text(), place / "installed.txt"
    if done.is_file() and done.read_text() == wanted:
        return python, packages
    print(f"installing {requirements.stem}", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(place)])
    if stack:
        Path(packages[0], "stack.pth").write_text("\n".join(stack[1]) + "\n")
    _run([str(python), "-m", "pip", "install", "-q", "-r", str(requirements), "-c", str(pins)])
    done.write_text(wanted)
    return python, packages


def _run(command: list[str]) -> None:
    # Not the variables of the measurement: pip needs the network, and its own settings.
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        lines = (ran.stderr or ran.stdout).splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
        raise CannotInstall(" ".join(errors) or f"{command[0]} ended with {ran.returncode}")
