"""Arrays that a caller brings: refused, with the place of the fault, unless they can be meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array, issparse

from loopledger.errors import ModelError

__all__ = ["FloatArray", "IntArray", "Matrix", "read_matrices", "read_matrix", "read_vector"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: Amounts beyond this are refused, because their sums and products would be lost.
_LARGEST = 1e150
#: A matrix of amounts: nested lists, an array, or any scipy sparse matrix.
Matrix = Any


def read_vector(
    values: ArrayLike, n: int, name: str, *, low: float = 0.0, high: float = np.inf, signed: bool = False
) -> FloatArray:
    """Return one number a party; a single number stands for all.

    Parameters
    ----------
    values : array_like, scalar or shape (n,)
    n : int
        Number of parties.
    name : str
        What it is, for messages.
    low, high : float
        Smallest and largest value allowed.
    signed : bool
        Whether negative values have a meaning; then ``low`` is not looked at.

    Raises
    ------
    ModelError
        If the shape is wrong, or a value is not finite or outside the range; the first is named.
    """
    try:
        array: FloatArray = _real(values)
    except (TypeError, ValueError):
        msg = f"{name} holds something that is not a number"
        raise ModelError(msg) from None
    if array.ndim == 0:
        array = np.full(n, float(array))
    if array.shape != (n,):
        msg = f"{name} has shape {array.shape}, but there are {n} parties"
        raise ModelError(msg)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(array) <= _LARGEST) | (array > high) | (array < (-np.inf if signed else low))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        limits = "a finite number" if signed else _range_text(low, high)
        msg = f"{name}[{place}] is {float(array[place])!r}; it must be {limits}"
        raise ModelError(msg)
    return array.copy()


def _real(values: ArrayLike) -> FloatArray:
    """Return numbers as floats; complex and masked ones are refused, as they would lose a part."""
    given = np.asarray(values)
    if given.dtype.kind == "c" or np.ma.is_masked(values):
        msg = "no plain numbers"
        raise TypeError(msg)
    return np.asarray(given, dtype=np.float64)


def _range_text(low: float, high: float) -> str:
    if np.isinf(high):
        return "a finite number of at least 0" if low == 0 else f"a finite number of at least {low:g}"
    return f"from {low:g} to {high:g}"


def read_matrix(values: Matrix, name: str, *, diagonal: str = "a party owes itself") -> csr_array:
    """Return a square matrix of amounts as sparse rows without stored zeros.

    Parameters
    ----------
    values : array_like or scipy sparse, shape (n, n)
        Finite, >= 0, zero on the diagonal.
    name : str
        What it is, for messages.
    diagonal : str
        What an entry on the diagonal would say; empty if it may stand.

    Raises
    ------
    ModelError
        If it is not square, or an entry is negative, not finite, or on the diagonal; the first is named.
    """
    try:
        entries = coo_array(values) if issparse(values) else _entries(values, name)
        entries = coo_array((_real(entries.data), entries.coords), shape=entries.shape)
    except (TypeError, ValueError):
        msg = f"{name} is no matrix of numbers"
        raise ModelError(msg) from None
    if entries.ndim != 2 or entries.shape[0] != entries.shape[1]:
        msg = f"{name} has shape {entries.shape}; it needs one row and one column a party"
        raise ModelError(msg)
    wrong = ~((entries.data >= 0) & (entries.data <= _LARGEST))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        row, column = int(entries.row[place]), int(entries.col[place])
        msg = f"{name}[{row}, {column}] is {float(entries.data[place])!r}"
        raise ModelError(msg + "; it must be a finite number of at least 0")
    own = (entries.row == entries.col) & (entries.data > 0)
    if diagonal and own.any():
        place = int(entries.row[np.flatnonzero(own)[0]])
        msg = f"{name}[{place}, {place}] is on the diagonal: {diagonal}"
        raise ModelError(msg, hint="leave the diagonal zero")
    rows = csr_array(entries)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def _entries(values: Matrix, name: str) -> coo_array:
    dense = _real(values)
    if dense.ndim != 2:
        msg = f"{name} has {dense.ndim} dimensions; it needs one row and one column a party"
        raise ModelError(msg)
    return coo_array(dense)


def read_matrices(values: Matrix | Sequence[Matrix], name: str) -> tuple[csr_array, ...]:
    """Return one matrix a class of seniority, the most senior first; a single matrix is one class.

    Raises
    ------
    ModelError
        As :func:`read_matrix`, or if there is no class or their sizes differ.
    """
    if issparse(values):
        return (read_matrix(values, name),)
    if not _is_sequence_of_sparse(values):
        try:
            n_dimensions = _real(values).ndim
        except (TypeError, ValueError):
            msg = f"{name} is no matrix of numbers, nor a sequence of matrices of one size"
            raise ModelError(msg) from None
        if n_dimensions == 2:
            return (read_matrix(values, name),)
        if n_dimensions != 3:
            msg = f"{name} is neither a matrix nor a sequence of matrices, one a class of seniority"
            raise ModelError(msg)
    classes = tuple(read_matrix(one, f"{name} of class {k}") for k, one in enumerate(values))
    sizes = {one.shape[0] for one in classes}
    if len(sizes) != 1:
        msg = f"{name} has classes of different sizes: {', '.join(map(str, sorted(sizes))) or 'none at all'}"
        raise ModelError(msg)
    return classes


def _is_sequence_of_sparse(values: object) -> bool:
    return isinstance(values, (list, tuple)) and any(issparse(one) for one in values)
