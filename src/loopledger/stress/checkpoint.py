"""What an ensemble has cleared so far, on disk: written whole or not at all, and only of the same question."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError, SourceError
from loopledger.stress.draws import AssetDraws
from loopledger.stress.prepared import PreparedNetwork

__all__ = ["fingerprint", "read_checkpoint", "write_checkpoint"]

Arrays = dict[str, NDArray[np.generic]]


def fingerprint(network: PreparedNetwork, assets: AssetDraws | NDArray[np.float64], *options: object) -> str:
    """Return a hash of everything an ensemble's answer depends on."""
    digest = hashlib.sha256()
    sheets, owed = network.sheets, network.sheets.waterfall.owed[0]
    drawn = (
        (assets.mean, assets.volatility, assets.common_share) if isinstance(assets, AssetDraws) else (assets,)
    )
    parts = (
        owed.indptr, owed.indices, owed.data, sheets.waterfall.external, sheets.recovery_external,
        sheets.recovery_internal, *drawn,
    )  # fmt: skip
    for part in parts:
        digest.update(f"{part.dtype.kind}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    seed = (assets.seed, assets.n_scenarios) if isinstance(assets, AssetDraws) else ()
    digest.update(repr((*seed, *options)).encode())
    return digest.hexdigest()


def write_checkpoint(path: Path, question: str, arrays: Arrays) -> None:
    """Write what is done so far; a reader sees the old file or the new one, never a part.

    Raises
    ------
    SourceError
        If the file cannot be written.
    """
    stored: dict[str, Any] = {"question": np.array(question), **arrays}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **stored)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        msg = f"{path}: cannot be written: {error.strerror}"
        raise SourceError(msg) from None


def read_checkpoint(path: Path, question: str) -> Arrays | None:
    """Return what was done before; None if there is no file yet.

    Raises
    ------
    SourceError
        If the file cannot be read, or is no checkpoint.
    ModelError
        If it belongs to another question: other obligations, scenarios, seed or options.
    """
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        why = isinstance(error, OSError) and error.strerror
        msg = f"{path}: is no checkpoint of an ensemble{f': {why}' if why else ''}"
        raise SourceError(msg, hint="delete it or name another file") from None
    if str(arrays.pop("question", "")) != question:
        msg = f"{path}: belongs to another question (other obligations, scenarios, seed or options)"
        raise ModelError(msg, hint="delete it or name another file")
    return arrays
