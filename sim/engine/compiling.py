"""How the engine is compiled, and where the compiled code is kept."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

SOURCES = (
    "heap.py", "records.py", "state.py", "queues.py", "hearing.py", "on_call.py", "choosing.py",
    "answering.py", "hours.py", "kernel.py", "compiling.py", "../rules.py", "../conduct.py",
    "../crewing.py", "../events.py", "../outcomes.py", "../measures/passes.py",
    "../measures/sums.py",
)  # fmt: skip
"""Files, from here, on which the compiled code depends."""

FINISHED = ("kernel.live_through-*.nbc", "passes.add_outside-*.nbc")
"""What is compiled last of the engine and of the measures."""


@cache
def folder() -> Path:
    """Where compiled code is kept, one folder for each state of its sources.

    Numba looks at the file of a function only and not at those of the functions it calls, so
    that a changed rule would go unseen; hence a folder named by a hash of them all, and of where
    they are installed, since Numba keeps the code of each place apart.
    """
    told = os.environ.get("NUMBA_CACHE_DIR")
    if told:
        return Path(told)
    here = Path(__file__).parent
    checked = os.environ.get("NUMBA_BOUNDSCHECK", "")
    state = hashlib.sha256(f"{version('numba')} {sys.version} {checked} {here}".encode())
    for name in SOURCES:
        state.update((here / name).read_bytes())
    name = f"waitline/{state.hexdigest()[:16]}"
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / name
    try:
        usual.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"waitline-{os.getuid()}" / name
    return usual


def is_compiled() -> bool:
    """Whether engine and measures have been compiled before, or need not be."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return True
    return all(any(folder().rglob(each)) for each in FINISHED)


def compiled(function: F) -> F:
    """The function compiled, without counting references: nothing is allocated in an engine.

    It can be called from Python, and its code is kept in `folder`.
    """
    import numba

    settings: Any = numba.config
    usual = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder())
    try:
        jit: Any = numba.njit
        jitted = jit(cache=True, nogil=True, _nrt=False)(function)
    finally:
        settings.CACHE_DIR = usual
    return cast(F, jitted)


def inlined(function: F) -> F:
    """The function to be put into the compiled ones that call it.

    An engine hands on some fifty arrays, and a call that copies all that is known of them costs
    more than most of what is called; the way in from Python would be half of the time that
    compiling takes.
    """
    import numba

    jit: Any = numba.njit
    alone = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(F, jit(nogil=True, _nrt=False, forceinline=True, **alone)(function))


def inlined_rule(function: F, **known: Callable[..., Any]) -> F:
    """A plain function of `sim.rules`, inlined, with inlined ones for those that it calls."""
    assert isinstance(function, FunctionType)
    own = FunctionType(function.__code__, {**function.__globals__, **known}, function.__name__)
    return inlined(cast(F, own))


def apart(function: F) -> F:
    """The function compiled by itself, and called: for what is rare, or big and used in places.

    That it is not to be inlined must be said: what is not said is taken from the function that
    calls it, and so it would be, all that it calls included.
    """
    import numba

    jit: Any = numba.njit
    alone = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(F, jit(nogil=True, _nrt=False, forceinline=False, **alone)(function))


def apart_rule(function: F, **known: Callable[..., Any]) -> F:
    """A plain function of `sim.rules`, compiled by itself; see `inlined_rule`."""
    assert isinstance(function, FunctionType)
    own = FunctionType(function.__code__, {**function.__globals__, **known}, function.__name__)
    return apart(cast(F, own))
