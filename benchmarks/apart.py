"""A function run in a process of its own, so that its memory and its imports are its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def apart(place: str, /, **given: Any) -> dict[str, Any]:
    """What `module:function` of this folder gives, with the peak memory of its process.

    Parameters
    ----------
    place
        Module and function, as in "race:race".
    **given
        Its arguments; plain JSON values.

    Returns
    -------
    dict
        What it returned, and `peak`: the process's peak memory in MB.
    """
    command = [sys.executable, "-m", "benchmarks.apart", place, json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def peak_memory(who: int = resource.RUSAGE_SELF) -> float:
    """Peak memory in MB."""
    most = resource.getrusage(who).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    function = getattr(import_module(f"benchmarks.{module}"), name)
    found = function(**json.loads(sys.argv[2]))
    print(json.dumps({"peak": peak_memory()} | found))
