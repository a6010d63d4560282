"""Work that is cut into parts, on one core or several; the answers come in the order of the parts."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from loopledger.errors import ModelError

__all__ = ["in_order"]

_Shared = TypeVar("_Shared")
_Part = TypeVar("_Part")
_Answer = TypeVar("_Answer")

#: What a worker process works with; set once when it starts, so that it is not sent with every part.
_shared: list[Any] = []


def in_order(
    work: Callable[[_Shared, _Part], _Answer],
    shared: _Shared,
    parts: Sequence[_Part],
    n_workers: int,
) -> Iterator[_Answer]:
    """Yield ``work(shared, part)`` for each part, in order.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process finds it.
    shared : object
        What all parts need; it is sent to each process once.
    n_workers : int
        Processes; 1 works in this one.

    Raises
    ------
    ModelError
        If a process ends before its work is done.

    Notes
    -----
    What is shared goes through a file: a process that dies at its start would leave the pipe full, and the caller
    waiting for ever.
    """
    if n_workers <= 1 or len(parts) <= 1:
        for part in parts:
            yield work(shared, part)
        return
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shared"
        file.write_bytes(pickle.dumps(shared))
        pool = ProcessPoolExecutor(
            min(n_workers, len(parts)), mp_context=get_context("spawn"), initializer=_begin, initargs=(file,)
        )
        try:
            rest = iter(parts)
            waiting: deque[Future[_Answer]] = deque(
                pool.submit(_do, work, part) for part in islice(rest, 2 * n_workers)
            )
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(_do, work, part) for part in islice(rest, 1))
        except BrokenProcessPool:
            msg = "a worker process ended before its work was done"
            raise ModelError(msg, hint="try again, or with one worker") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(file: Path) -> None:
    with suppress(FileNotFoundError):  # the work was done before this process had started
        _shared[:] = [pickle.loads(file.read_bytes())]  # noqa: S301 - written by the process that started this one


def _do(work: Callable[[Any, _Part], _Answer], part: _Part) -> _Answer:
    return work(_shared[0], part)
