"""Labels of periods: one form throughout a table, in time order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from loopledger.units import Quarter

__all__ = ["PERIOD_FORMS", "order_periods", "period_times"]

#: Forms of a label: what it is called, what it looks like, its place in time.
PERIOD_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], int]], ...] = (
    (
        "quarters such as 2026Q1",
        re.compile(r"[0-9]{4}-?[Qq][1-4]"),
        lambda text: Quarter.parse(text).index,
    ),
    (
        "days such as 2026-01-15",
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        lambda text: date.fromisoformat(text).toordinal(),
    ),
    (
        "months such as 2026-01",
        re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"),
        lambda text: int(text[:4]) * 12 + int(text[5:]),
    ),
    ("numbers such as 1 or 2026", re.compile(r"-?[0-9]{1,9}"), int),
)


def order_periods(labels: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels in time order, and what is wrong with the others.

    Parameters
    ----------
    labels : iterable of str
        Each once, as written.

    Returns
    -------
    order : dict of str to str
        By label, in time order, the label that stands for its period: the first one written where two
        mean the same (2026Q1 and 2026-Q1).
    faults : dict of str to str
        By label, the form that most others have; an empty string where the label is of no form.

    Examples
    --------
    >>> order_periods(["2026Q2", "2025Q4", "2026-Q2", "2026"])
    ({'2025Q4': '2025Q4', '2026Q2': '2026Q2', '2026-Q2': '2026Q2'}, {'2026': 'quarters such as 2026Q1'})
    """
    parsed = {label: _parse(label) for label in labels}
    forms = Counter(form for form, _ in parsed.values() if form)
    if not forms:
        return {}, dict.fromkeys(parsed, "")
    common = forms.most_common(1)[0][0]
    keys = {label: key for label, (form, key) in parsed.items() if form == common}
    first: dict[int, str] = {}
    for label, key in keys.items():
        first.setdefault(key, label)
    order = {label: first[keys[label]] for label in sorted(keys, key=keys.__getitem__)}
    faults = {label: common if form else "" for label, (form, _) in parsed.items() if form != common}
    return order, faults


def period_times(labels: Sequence[str]) -> NDArray[np.int64]:
    """Return the place in time of each label, counted in days, months, quarters or numbers.

    Parameters
    ----------
    labels : sequence of str
        Periods of one table, in time order.

    Returns
    -------
    ndarray of int, shape (n_labels,)
        The position itself where the labels are of no common form.

    Examples
    --------
    >>> period_times(["2026-01-30", "2026-02-01"]).tolist() == [739646, 739648]
    True
    """
    parsed = [_parse(label) for label in labels]
    if len({form for form, _ in parsed} - {""}) != 1 or any(not form for form, _ in parsed):
        return np.arange(len(labels), dtype=np.int64)
    return np.array([key for _, key in parsed], dtype=np.int64)


def _parse(label: str) -> tuple[str, int]:
    """Return the form of a label and its place in time; an empty form if there is none."""
    for form, pattern, key in PERIOD_FORMS:
        if pattern.fullmatch(label):
            try:
                return form, key(label)
            except ValueError:
                break
    return "", 0
