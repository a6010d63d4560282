"""Loops over arrays that numba compiles where it is installed and the work is worth it.

A kernel is an ordinary function over arrays and numbers. It gives the same result compiled or not, bit for
bit: whole numbers, or floats added in a fixed order. So the plain function is the tested reference of the
compiled one, and a machine without the extra `fast` only takes longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar, cast

__all__ = ["WORTH_COMPILING", "compiled", "is_fast"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

#: From so many steps on, at half a microsecond each, compiling (one to three seconds) is faster than not to.
WORTH_COMPILING = 2_000_000


def is_fast() -> bool:
    """Return whether the extra `fast` (numba) is installed."""
    return find_spec("numba") is not None


def compiled(kernel: Kernel, n_steps: int) -> Kernel:
    """Return a kernel, compiled if that pays.

    Parameters
    ----------
    kernel : callable
        Over arrays and numbers only.
    n_steps : int
        About how many steps it will take.

    Notes
    -----
    Compiled code is kept for the process. It is kept on disk only if the user names a folder for it in
    the environment (``NUMBA_CACHE_DIR``): an analysis should not write files where it was not told to.
    """
    return cast("Kernel", _compile(kernel)) if n_steps >= WORTH_COMPILING and is_fast() else kernel


@cache
def _compile(kernel: Callable[..., Any]) -> Callable[..., Any]:
    from numba import njit  # noqa: PLC0415 - an extra, and slow to load

    made: Callable[..., Any] = njit(cache="NUMBA_CACHE_DIR" in os.environ)(kernel)
    return made
