"""Clearing by trying every state in rational numbers: slow, plain, and without rounding."""

from __future__ import annotations

import itertools
from fractions import Fraction


def layers_of(classes, outside, rank):
    """Return (obligations, external) by layer, the most senior first, all in fractions."""
    n = len(outside)
    layers = [([[Fraction(x) for x in row] for row in owed], [Fraction(0)] * n) for owed in classes]
    nobody = [[Fraction(0)] * n for _ in range(n)]
    if rank == "senior":
        return [(nobody, [Fraction(x) for x in outside]), *layers]
    if rank == "junior":
        return [*layers, (nobody, [Fraction(x) for x in outside])]
    for i in range(n):
        owing = [k for k, (owed, _) in enumerate(layers) if sum(owed[i])]
        layers[max(owing, default=0)][1][i] = Fraction(outside[i])
    return layers


def solve(matrix, right):
    """Return the solution of a linear system, or None if it has none or many."""
    n = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def receipts(layers, due, start, state):
    """Return what arrives at each party: a constant, and a part of what creditors of each can take."""
    n = len(state)
    fixed, slope = [Fraction(0)] * n, [[Fraction(0)] * n for _ in range(n)]
    for i, last in enumerate(state):
        for k, (owed, _) in enumerate(layers):
            for j in (j for j in range(n) if owed[i][j]):
                if last == -1 or k < last:
                    fixed[j] += owed[i][j]
                elif k == last:
                    slope[j][i] += owed[i][j] / due[k][i]
                    fixed[j] -= owed[i][j] / due[k][i] * start[k][i]
    return fixed, slope


def all_clearings(classes, assets, outside, rank, alpha, beta):
    """Return every clearing vector (what creditors get from each) whose linear system has one solution."""
    n, layers = len(assets), layers_of(classes, outside, rank)
    due = [[sum(owed[i]) + external[i] for i in range(n)] for owed, external in layers]
    start = [[sum(due[c][i] for c in range(k)) for i in range(n)] for k in range(len(layers))]
    total = [sum(column) for column in zip(*due, strict=True)]
    found = []
    for state in itertools.product(range(-1, len(layers)), repeat=n):
        if any(k >= 0 and not due[k][i] for i, k in enumerate(state)):
            continue
        fixed, slope = receipts(layers, due, start, state)
        matrix = [[Fraction(i == j) for j in range(n)] for i in range(n)]
        right = list(total)
        for i in (i for i in range(n) if state[i] >= 0):
            matrix[i] = [x - beta[i] * y for x, y in zip(matrix[i], slope[i], strict=True)]
            right[i] = alpha[i] * assets[i] + beta[i] * fixed[i]
        money = solve(matrix, right)
        if money is None or money in found:
            continue
        wealth = [assets[i] + fixed[i] + sum(slope[i][j] * money[j] for j in range(n)) for i in range(n)]
        agrees = (
            wealth[i] >= total[i]
            if last == -1
            else wealth[i] < total[i] and 0 <= money[i] - start[last][i] <= due[last][i]
            for i, last in enumerate(state)
        )
        if all(agrees):
            found.append(money)
    return found
