"""Labelled texts to rows for the model: which figures are promised, as what, by whom and to whom."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopledger.read.learned.sightings import Sighting
from loopledger.read.learned.weights import GROUP_OF
from loopledger.read.quantities import FigureKind
from loopledger.read.reading import Reader, world_of
from loopledger.records import Party
from loopledger.sources import Document

__all__ = ["Example", "Names", "examples"]

_TOLERANCE = 0.01
_LEGAL = re.compile(
    r"(?:,? (?:inc|corp|corporation|ltd|limited|plc|group|holdings|llc|nv|sa|ag|se|co|company|energy)\.?)+$"
)


class Names:
    """Whether two names mean the same organisation.

    Parameters
    ----------
    tables : iterable of mapping
        Name : other names for the same.
    """

    def __init__(self, tables: Iterable[Mapping[str, Any]] = ()) -> None:
        self._first: dict[str, str] = {}
        for table in tables:
            for name, others in table.items():
                if isinstance(others, list):
                    for other in [name, *others]:
                        self._first.setdefault(self._plain(other), self._plain(name))

    @staticmethod
    def _plain(name: str) -> str:
        folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        words = re.sub(r"[^a-z0-9 ]+", " ", folded.lower().replace("'s", "s")).split()
        while words and words[0] in ("the", "a", "an"):
            words.pop(0)
        text = " ".join(words)
        return _LEGAL.sub("", text) or text

    def key(self, name: str | None) -> str:
        """Return what equal names have in common."""
        plain = self._plain(name or "")
        return self._first.get(plain, plain)


@dataclass(slots=True, eq=False)
class Example:
    """One figure with its label.

    Parameters
    ----------
    promised : bool or None
        None when the labels leave it open.
    kind : str
    payer, payee : list of int
        Numbers of the candidates that are right.
    """

    sighting: Sighting
    promised: bool | None
    kind: str = ""
    payer: list[int] = field(default_factory=list)
    payee: list[int] = field(default_factory=list)
    source: str = ""
    style: str = ""


def _close(value: float, *wanted: float | None) -> bool:
    return any(w is not None and abs(value - float(w)) <= _TOLERANCE * abs(float(w)) for w in wanted)


def _measures(sighting: Sighting, gold: Mapping[str, Any]) -> bool:
    """Whether a figure is the quantity of a labelled promise."""
    figure = sighting.figure
    if (
        figure.kind is FigureKind.MONEY
        and figure.amount is not None
        and (gold.get("amount") is not None or gold.get("low") is not None)
    ):
        sums = [
            gold.get("amount"),
            gold.get("low"),
            gold.get("high"),
            *(a[0] for a in gold.get("amount_alt") or []),
        ]
        return _close(float(figure.amount.value), *sums) or _close(
            float(figure.amount.high), gold["amount"], gold.get("high")
        )
    if gold.get("amount") is not None or gold.get("low") is not None:
        return False
    if figure.kind is FigureKind.POWER and figure.capacity is not None and gold.get("capacity_mw"):
        return _close(float(figure.capacity.value), gold["capacity_mw"]) or _close(
            float(figure.capacity.high), gold["capacity_mw"]
        )
    units = gold.get("units") if not gold.get("capacity_mw") else None
    return bool(
        figure.kind is FigureKind.COUNT and figure.count is not None and units and units.get("count")
    ) and (
        _close(float(figure.count), units["count"])  # type: ignore[arg-type,index]
    )


def _sides(sighting: Sighting, wanted: list[list[str]], names: Names) -> list[int]:
    keys = [{names.key(n) for n in row if n} for row in wanted]
    found = []
    for number, candidate in enumerate(sighting.candidates):
        mine = {names.key(e.ref.name) for e in candidate.entities} | {
            names.key(e.name) for e in candidate.entities
        }
        for row in keys:
            if row and row <= mine and len(row) == len(candidate.entities):
                found.append(number)
                break
    return found


def examples(
    document: Document,
    gold: list[Mapping[str, Any]],
    names: Names,
    parties: tuple[Party, ...],
    *,
    source: str,
    style: str,
) -> Iterator[Example]:
    """Yield the figures of a labelled document with their labels."""
    reader = Reader(document, world_of(parties))
    reader.weights = None
    reader.read()
    text = document.text
    for sighting in reader.sightings:
        span = sighting.frames.sentence.span(document, 0, len(sighting.frames.sentence.text))
        rows = [g for g in gold if _measures(sighting, g)]
        if not rows:
            yield Example(sighting, promised=False, source=source, style=style)
            continue
        near = [g for g in rows if _quoted(text, span.start, span.end, g)]
        row = (near or rows)[0]
        kind = GROUP_OF.get(row["kind"], "")
        payers = [row.get("payer") or [], *(row.get("payer_alt") or [])]
        payees = [[row.get("payee") or ""], *([p] for p in row.get("payee_alt") or [] if p)]
        yield Example(
            sighting, promised=True if near and not row.get("optional") else None, kind=kind,
            payer=_sides(sighting, payers, names), payee=_sides(sighting, payees, names), source=source, style=style,
        )  # fmt: skip


def _quoted(text: str, start: int, end: int, gold: Mapping[str, Any]) -> bool:
    extra = gold.get("evidence_extra")
    quotes = [gold.get("quote"), *(extra if isinstance(extra, list) else [extra])]
    quotes = [q for q in quotes if isinstance(q, str) and q]
    if not quotes:
        return True
    for quote in quotes:
        at = text.find(quote)
        if at >= 0 and at < end and start < at + len(quote):
            return True
    return False


def load_gold(path: Path) -> dict[str, Any]:
    """Return the labels of one document."""
    return dict(json.loads(path.read_text("utf-8")))
