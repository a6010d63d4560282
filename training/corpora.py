"""The labelled texts that the network is fitted to, and those that only measure it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loopledger.records import Party
from loopledger.sources import document_from_text, load_document
from training.examples import Example, example
from training.names import Names

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "training" / "texts"
sys.path.insert(0, str(ROOT / "tests" / "read"))

import phrase_files  # noqa: E402  (the format of the phrase files is defined beside them)

__all__ = ["HELD_OUT", "TEXTS", "documents", "passages", "phrases", "rows_of", "training_examples"]

#: Labelled documents that nobody who writes grammar reads, and that the network is not fitted to.
HELD_OUT = {"corpus": [f"u{n:03}" for n in range(23, 46)], "held_out": [f"c{n:03}" for n in range(1, 41)]}
#: One in so many passages is not fitted to: thresholds are chosen with it.
SET_APART = 20
#: "buy" in the phrase files stands for leases too; where the text speaks of rent the kind is left open.
_RENT = re.compile(r"\b(?:leas|rent|tenan|landlord|hire|charter|let\b|sublet|lets\b)", re.IGNORECASE)


def phrases(parties: tuple[Party, ...]) -> Iterator[Example]:
    """Yield the phrase files of the tests."""
    names = Names()
    for path in sorted(phrase_files.FOLDER.glob("*.txt")):
        for phrase in phrase_files.phrases(path.name):
            gold = [_labels(e, phrase.text) for e in phrase.expected]
            document = document_from_text(phrase.text)
            source = f"{path.stem}:{phrase.line}"
            yield example(document, gold, names, parties, source=source, is_fresh=False)


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


def documents(
    folder: Path, parties: tuple[Party, ...], *, stems: list[str] | None = None, is_fresh: bool
) -> Iterator[Example]:
    """Yield labelled documents: ``folder/docs`` with labels in ``folder/gold``."""
    names = _names(folder / "aliases.json")
    for path in sorted((folder / "gold").glob("*.json")):
        if stems is not None and path.stem not in stems:
            continue
        gold = json.loads(path.read_text("utf-8"))
        document = load_document(next((folder / "docs").glob(f"{path.stem}.*")))
        yield example(
            document, gold["obligations"], names, parties,
            source=path.stem, distractors=gold.get("distractors") or (), is_fresh=is_fresh,
        )  # fmt: skip


def rows_of(path: Path, *, apart: bool) -> Iterator[dict[str, Any]]:
    """Yield labelled passages, one JSON object a line: those to fit, or those set apart to choose thresholds."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        if line.strip() and (path.parent == TEXTS and number % SET_APART == 0) is apart:
            yield json.loads(line)


def passages(path: Path, parties: tuple[Party, ...], *, is_fresh: bool) -> Iterator[Example]:
    """Yield labelled passages."""
    names = _names(ROOT / "tests" / "corpus" / "aliases.json")
    for row in rows_of(path, apart=False):
        yield example(
            document_from_text(row["text"]), row["obligations"], names, parties,
            source=row["id"], distractors=row.get("distractors") or (), organisations=_spelled(row),
            is_fresh=is_fresh,
        )  # fmt: skip


def _spelled(row: dict[str, Any]) -> list[str]:
    """Return every spelling of an organisation in a passage; nothing where they are not labelled."""
    spelled = list(row.get("names") or ())
    if spelled:
        spelled += [
            n
            for g in row["obligations"]
            for n in [*g["payer"], g["payee"]]
            if n and n[0].isupper() and n in row["text"]
        ]
    return spelled


def _names(*tables: Path) -> Names:
    return Names(json.loads(table.read_text("utf-8")) for table in tables if table.exists())


def training_examples(parties: tuple[Party, ...]) -> Iterator[Example]:
    """Yield all texts that the network is fitted to, in a fixed order."""
    yield from phrases(parties)
    corpus = ROOT / "tests" / "corpus"
    kept = sorted({p.stem for p in (corpus / "gold").glob("*.json")} - set(HELD_OUT["corpus"]))
    yield from documents(corpus, parties, stems=kept, is_fresh=False)
    yield from documents(TEXTS / "documents", parties, is_fresh=False)
    for path in sorted((ROOT / "tests" / "read" / "snippets").glob("*.jsonl")):
        yield from passages(path, parties, is_fresh=False)
    for path in sorted(TEXTS.glob("*.jsonl")):
        yield from passages(path, parties, is_fresh=path.stem != "mixed_read")
