"""How the whole reader does on labelled texts: ``python -m training.measure``.

A record is right when both sides, the kind and the quantity are right; the three buying kinds count as one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from loopledger.read import read
from loopledger.read.learned.windows import GROUP_OF
from loopledger.records import Draft
from loopledger.register import load_register
from loopledger.sources import Document, document_from_text, load_document
from training.corpora import HELD_OUT, ROOT, TEXTS, rows_of
from training.examples import is_close
from training.names import Names, is_same, plain

__all__ = ["count", "is_right"]


def is_right(draft: Draft, gold: Mapping[str, Any], names: Names) -> bool:
    """Whether a draft is a labelled promise."""
    kinds = {GROUP_OF.get(k) for k in [gold["kind"], *(gold.get("kind_alt") or [])]}
    payers = [row for row in [gold.get("payer") or [], *(gold.get("payer_alt") or [])] if row]
    payees = [gold.get("payee"), *(gold.get("payee_alt") or [])]
    if GROUP_OF[draft.kind.value] not in kinds or draft.payee is None:
        return False
    payee, mine = draft.payee.name, [p.name for p in draft.payers]
    bearers = any(
        len(row) == len(mine) and all(any(_same(n, m, names) for m in mine) for n in row) for row in payers
    )
    if not bearers and not (draft.kind.value == "bond" and not mine):
        return False
    return any(p and _same(p, payee, names) for p in payees) and _quantity(draft, gold)


def _same(one: str, other: str, names: Names) -> bool:
    return names.key(one) == names.key(other) or is_same(plain(one), plain(other))


def _quantity(draft: Draft, gold: Mapping[str, Any]) -> bool:
    if gold.get("amount") is not None or gold.get("low") is not None:
        wanted = [
            gold.get("amount"),
            gold.get("low"),
            gold.get("high"),
            *(a[0] for a in gold.get("amount_alt") or []),
        ]
        own = draft.amount
        return own is not None and any(is_close(float(v), *wanted) for v in (own.value, own.high))
    if draft.amount is not None:
        return False
    if gold.get("capacity_mw"):
        return draft.capacity is not None and is_close(float(draft.capacity.high), gold["capacity_mw"])
    units = gold.get("units") or {}
    return not units or (draft.units is not None and is_close(float(draft.units.count), units.get("count")))


def count(rows: Iterator[tuple[Document, list[Mapping[str, Any]]]], names: Names) -> dict[str, float]:
    """Return how many records are right, wrong and missing, with precision, recall and F1 in 0..1."""
    parties = tuple(load_register().parties.values())
    right = wrong = missing = 0
    for document, gold in rows:
        left = list(gold)
        for draft in read(document, parties).drafts:
            match = next((g for g in left if is_right(draft, g, names)), None)
            if match is None:
                wrong += 1
                continue
            left.remove(match)
            right += not match.get("optional")
        missing += sum(not g.get("optional") for g in left)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missing)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "right": right, "wrong": wrong, "missing": missing,
        "precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3),
    }  # fmt: skip


def _documents(folder: Path, stems: list[str]) -> Iterator[tuple[Document, list[Mapping[str, Any]]]]:
    for stem in stems:
        gold = json.loads((folder / "gold" / f"{stem}.json").read_text("utf-8"))
        yield load_document(next((folder / "docs").glob(f"{stem}.*"))), gold["obligations"]


def main() -> int:
    """Print the figures of the held-out documents and of the passages set apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="only the passages set apart")
    asked = parser.parse_args()
    folders = {"corpus": ROOT / "tests" / "corpus", "held_out": ROOT / "training" / "held_out"}
    for name, folder in folders.items() if not asked.apart else ():
        names = Names([json.loads((folder / "aliases.json").read_text("utf-8"))])
        _say(name, count(_documents(folder, HELD_OUT[name]), names))
    names = Names([json.loads((folders["corpus"] / "aliases.json").read_text("utf-8"))])
    for path in sorted(TEXTS.glob("*.jsonl")):
        rows = ((document_from_text(r["text"]), r["obligations"]) for r in rows_of(path, apart=True))
        _say(path.stem, count(rows, names))
    return 0


def _say(name: str, told: Mapping[str, float]) -> None:
    sys.stdout.write(json.dumps({"texts": name, **told}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
