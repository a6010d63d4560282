"""The labelled texts that the weights are fitted to: all of them stand in the tests."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loopledger.records import Party
from loopledger.sources import document_from_text, load_document
from training.examples import Example, Names, examples

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "read"))

import phrase_files  # noqa: E402  (the format of the phrase files is defined beside them)

__all__ = ["corpus_examples", "line_examples", "phrase_examples"]

#: "buy" in the phrase files stands for leases too; where the text speaks of rent the kind is left open.
_RENT = re.compile(r"\b(?:leas|rent|tenan|landlord|hire|charter|let\b|sublet|lets\b)", re.IGNORECASE)


def phrase_examples(parties: tuple[Party, ...]) -> Iterator[Example]:
    """Yield the figures of the phrase files."""
    names = Names()
    for path in sorted(phrase_files.FOLDER.glob("*.txt")):
        for phrase in phrase_files.phrases(path.name):
            gold = [_labels(e, phrase.text) for e in phrase.expected]
            document = document_from_text(phrase.text)
            yield from examples(
                document, gold, names, parties, source=f"{path.stem}:{phrase.line}", style="phrase"
            )


def _labels(expected: phrase_files.Expected, text: str) -> dict[str, Any]:
    kind = expected.kind
    if kind == "buy":
        kind = "unknown" if _RENT.search(text) else "purchase_commitment"
    amount, capacity = expected.amount, expected.capacity
    return {
        "kind": kind, "payer": sorted(expected.payers), "payee": expected.payee,
        "amount": float(amount.value) if amount else None,
        "low": float(amount.low) if amount else None, "high": float(amount.high) if amount else None,
        "capacity_mw": float(capacity.value) if capacity else None,
        "units": {"count": float(expected.count)} if expected.count else None,
    }  # fmt: skip


def corpus_examples(
    folder: Path, stems: list[str], parties: tuple[Party, ...], tables: list[Path]
) -> Iterator[Example]:
    """Yield the figures of labelled documents: ``folder/docs`` with labels in ``folder/gold``."""
    names = Names(json.loads(path.read_text("utf-8")) for path in tables)
    for stem in stems:
        path = next((folder / "docs").glob(f"{stem}.*"))
        gold = json.loads((folder / "gold" / f"{stem}.json").read_text("utf-8"))
        document = load_document(path)
        yield from examples(
            document, gold["obligations"], names, parties, source=stem, style=gold.get("style", "")
        )


def line_examples(path: Path, parties: tuple[Party, ...], tables: list[Path]) -> Iterator[Example]:
    """Yield the figures of labelled snippets, one JSON object a line."""
    names = Names(json.loads(table.read_text("utf-8")) for table in tables if table.exists())
    for line in path.read_text("utf-8").splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        document = document_from_text(row["text"])
        yield from examples(
            document, row["obligations"], names, parties, source=row["id"], style=row.get("style", "")
        )
