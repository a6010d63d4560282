"""Matrix products on one thread, so that workers do not compete and sums do not depend on their number."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

__all__ = ["one_thread"]

_lock = Lock()
_inside = 0
_before: list[int] = []

#: Reads and sets the number of threads of a library.
Control = tuple[Callable[[], int], Callable[[int], None]]


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold numpy's matrix products to one thread while any caller is inside; then as before.

    Notes
    -----
    Products of several threads add up in another order than those of one, and threads of workers that
    each start threads wait for each other. Only the OpenBLAS that comes with numpy can be told; another
    library keeps the threads it has.
    """
    global _inside  # noqa: PLW0603 - the setting is one of the process
    controls = _controls()
    with _lock:
        if _inside == 0:
            _before[:] = [read() for read, _ in controls]
            for _, write in controls:
                write(1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                for (_, write), number in zip(controls, _before, strict=True):
                    write(number)


@cache
def _controls() -> tuple[Control, ...]:
    """Return the controls of the OpenBLAS that numpy's wheel carries; none if it carries none."""
    package = Path(np.__file__).parent
    found: list[Control] = []
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for path in sorted(folder.glob("*openblas*")) if folder.is_dir() else ():
            library = ctypes.CDLL(str(path))
            for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
                read = getattr(library, f"{prefix}openblas_get_num_threads{suffix}", None)
                write = getattr(library, f"{prefix}openblas_set_num_threads{suffix}", None)
                if read is not None and write is not None:
                    found.append((read, write))
                    break
    return tuple(found)
