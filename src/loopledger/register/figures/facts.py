"""The facts of a companyfacts file of the SEC, classed by how long they last."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

from loopledger.errors import SourceError

__all__ = ["Duration", "Fact", "FactFile", "read_facts"]

MAX_BYTES = 512 * 2**20
#: Forms that state a company's accounts; others repeat figures, at times rounded.
_ACCOUNTS = re.compile(r"(10-K|10-Q|10-KT|10-QT|8-K|20-F|40-F|6-K|S-1|S-4|F-1)(/A)?")
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")


class Duration(StrEnum):
    """What a fact covers, by its start and end."""

    INSTANT = "instant"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    OTHER = "other"

    @property
    def n_quarters(self) -> int:
        """Quarters covered; 0 for an instant or another length."""
        return _QUARTERS.get(self, 0)


_QUARTERS = {Duration.QUARTER: 1, Duration.HALF: 2, Duration.NINE_MONTHS: 3, Duration.YEAR: 4}
#: Days, both ends included: thirteen weeks or three months, and so on, with a week of slack.
_DAYS = {
    Duration.QUARTER: (84, 98),
    Duration.HALF: (175, 190),
    Duration.NINE_MONTHS: (266, 281),
    Duration.YEAR: (357, 378),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure of one filing.

    Parameters
    ----------
    tag : str
        With its taxonomy: ``us-gaap:Revenues``.
    unit : str
        As in the file: ``USD``.
    start : datetime.date or None
        None for a balance.
    end, filed : datetime.date
    value : decimal.Decimal
    form, accession : str
    number : int
        Its place in the file, from 1.
    """

    tag: str
    unit: str
    start: date | None
    end: date
    value: Decimal
    filed: date
    form: str
    accession: str
    number: int

    @property
    def duration(self) -> Duration:
        """What the fact covers.

        Examples
        --------
        >>> fact = Fact(tag="us-gaap:Revenues", unit="USD", start=date(2025, 1, 27), end=date(2025, 7, 27),
        ...             value=Decimal(1), filed=date(2025, 8, 27), form="10-Q", accession="", number=1)
        >>> fact.duration.value
        'half'
        """
        if self.start is None:
            return Duration.INSTANT
        n_days = (self.end - self.start).days + 1
        return next((d for d, (low, high) in _DAYS.items() if low <= n_days <= high), Duration.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    """What was read from one file.

    Parameters
    ----------
    name, entity, cik : str
        File name, company name, ten digits.
    facts : tuple of Fact
        Of forms that state accounts.
    n_facts : int
        All facts of the file.
    other_forms : mapping
        Facts of other forms, left aside, by form.
    """

    name: str
    entity: str
    cik: str
    facts: tuple[Fact, ...]
    n_facts: int
    other_forms: Mapping[str, int] = field(default_factory=dict)


def _refuse(path: Path, what: str) -> SourceError:
    return SourceError(
        f"{path}: {what}", hint="save the answer of data.sec.gov/api/xbrl/companyfacts as it is"
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refuse(path, f"larger than {MAX_BYTES // 2**20} MiB")
        content = json.loads(path.read_bytes(), parse_float=Decimal, parse_int=Decimal)
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise SourceError(msg) from None
    except (ValueError, RecursionError) as error:
        raise _refuse(path, f"not JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("facts"), dict):
        raise _refuse(path, "no companyfacts: there is no mapping of facts")
    return content


def _rows(facts: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for taxonomy, tags in facts.items():
        for tag, content in tags.items():
            for unit, rows in content["units"].items():
                for row in rows:
                    yield f"{taxonomy}:{tag}", unit, row


def _fact(tag: str, unit: str, row: dict[str, Any], number: int) -> Fact:
    start, accession = row.get("start"), str(row["accn"])
    if not _ACCESSION.fullmatch(accession):
        msg = f"not an accession number: {accession[:30]!r}"
        raise ValueError(msg)
    value = Decimal(row["val"])
    if not value.is_finite():
        msg = f"not a number: {row['val']!r}"
        raise ValueError(msg)
    return Fact(
        tag=tag, unit=unit, start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(row["end"]), value=value, filed=date.fromisoformat(row["filed"]),
        form=str(row["form"]), accession=accession, number=number,
    )  # fmt: skip


def read_facts(path: Path) -> FactFile:
    """Return the facts of a companyfacts file.

    Raises
    ------
    SourceError
        If the file cannot be read or is something else.
    """
    content = _load(path)
    facts: list[Fact] = []
    other: Counter[str] = Counter()
    number = 0
    try:
        for number, (tag, unit, row) in enumerate(_rows(content["facts"]), 1):
            fact = _fact(tag, unit, row, number)
            if _ACCOUNTS.fullmatch(fact.form):
                facts.append(fact)
            else:
                other[fact.form] += 1
        cik = f"{int(content.get('cik', 0)):010d}"
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise _refuse(path, f"fact {number} is ill-formed: {error!r}") from None
    return FactFile(
        name=path.name, entity=str(content.get("entityName", "")), cik=cik, facts=tuple(facts),
        n_facts=number, other_forms=dict(sorted(other.items())),
    )  # fmt: skip
