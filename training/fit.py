"""Logistic regression and listwise choice, fitted by L-BFGS with a quadratic penalty."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

__all__ = ["Vocabulary", "fit_binary", "fit_choice", "fit_kinds"]


class Vocabulary:
    """Numbers the clues that occur at least so often.

    Parameters
    ----------
    rows : sequence of list of str
    least : int
        A clue seen in fewer rows is left out.
    """

    def __init__(self, rows: Sequence[Sequence[str]], least: int = 2) -> None:
        counts: dict[str, int] = {}
        for row in rows:
            for clue in set(row):
                counts[clue] = counts.get(clue, 0) + 1
        self.names = sorted(clue for clue, n in counts.items() if n >= least)
        self.index = {name: i for i, name in enumerate(self.names)}

    def matrix(self, rows: Sequence[Sequence[str]]) -> csr_matrix:
        """Return the rows as a sparse matrix of zeros and ones."""
        indptr, indices = [0], []
        for row in rows:
            found = sorted({self.index[c] for c in row if c in self.index})
            indices += found
            indptr.append(len(indices))
        data = np.ones(len(indices))
        return csr_matrix((data, indices, indptr), shape=(len(rows), len(self.names)))


def _minimised(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], n: int) -> np.ndarray:
    result = minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options={"maxiter": 300, "gtol": 1e-4})
    return np.asarray(result.x)


def fit_binary(rows: csr_matrix, labels: np.ndarray, weight: np.ndarray, penalty: float) -> np.ndarray:
    """Return the weights of a logistic regression; ``labels`` are 0 or 1, ``weight`` counts a row."""
    signs = 2.0 * labels - 1.0

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = signs * (rows @ w)
        value = float(np.sum(weight * np.logaddexp(0.0, -margin))) + 0.5 * penalty * float(w @ w)
        slope = -weight * signs / (1.0 + np.exp(margin))
        return value, rows.T @ slope + penalty * w

    return _minimised(loss, rows.shape[1])


def fit_kinds(
    rows: csr_matrix, labels: np.ndarray, n_kinds: int, weight: np.ndarray, penalty: float
) -> np.ndarray:
    """Return the weights of a multinomial regression, shape (clues, kinds)."""
    onehot = np.eye(n_kinds)[labels]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(rows.shape[1], n_kinds)
        scores = rows @ w
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        value = -float(np.sum(weight[:, None] * onehot * logs)) + 0.5 * penalty * float(flat @ flat)
        slope = rows.T @ (weight[:, None] * (np.exp(logs) - onehot))
        return value, (np.asarray(slope) + penalty * w).ravel()

    return _minimised(loss, rows.shape[1] * n_kinds).reshape(rows.shape[1], n_kinds)


def fit_choice(
    rows: csr_matrix, groups: np.ndarray, chosen: np.ndarray, weight: np.ndarray, penalty: float
) -> np.ndarray:
    """Return weights under which the chosen row of each group scores highest.

    Parameters
    ----------
    rows : csr_matrix, shape (candidates, clues)
    groups : ndarray
        First row of each group, in order; groups are contiguous.
    chosen : ndarray
        Number of the right row of each group.
    weight : ndarray
        How much a group counts.
    """
    sizes = np.diff(np.append(groups, rows.shape[0]))
    owner = np.repeat(np.arange(len(groups)), sizes)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ w
        top = np.maximum.reduceat(scores, groups)
        shares = np.exp(scores - top[owner])
        totals = np.add.reduceat(shares, groups)
        value = float(np.sum(weight * (np.log(totals) + top - scores[chosen]))) + 0.5 * penalty * float(w @ w)
        slope = weight[owner] * shares / totals[owner]
        np.subtract.at(slope, chosen, weight)
        return value, rows.T @ slope + penalty * w

    return _minimised(loss, rows.shape[1])
