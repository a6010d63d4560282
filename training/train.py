"""Fit the weights of the reader's learned half: ``python -m training.train`` (deterministic, some seconds).

Only labelled texts of this repository are used; the labelled documents in the contributors' shared folder
stay a test that neither half was fitted to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from loopledger.register import load_register
from training.corpora import ROOT, corpus_examples, line_examples, phrase_examples
from training.examples import Example
from training.model import fit_weights, write_weights

#: Labelled documents that may be learned from; the others of the folder only measure.
DOCUMENTS = [f"u{n:03}" for n in range(1, 23)] + [f"v{n:03}" for n in range(1, 31)]
TABLE = ROOT / "src" / "loopledger" / "data" / "reading" / "weights.tsv.gz"
#: Whole documents are what is read in the end: they count double.
WEIGHT_OF_DOCUMENTS = 2.0


def labelled() -> tuple[list[Example], list[float]]:
    """Return the labelled figures and how much each counts."""
    parties = tuple(load_register().parties.values())
    corpus = ROOT / "tests" / "corpus"
    tables = [corpus / "aliases.json"]
    rows = list(phrase_examples(parties))
    for path in sorted((ROOT / "tests" / "read" / "snippets").glob("*.jsonl")):
        rows += line_examples(path, parties, tables)
    counts = [1.0] * len(rows)
    documents = list(corpus_examples(corpus, DOCUMENTS, parties, tables))
    rows += documents
    counts += [WEIGHT_OF_DOCUMENTS] * len(documents)
    return rows, counts


def main() -> int:
    """Write the table of weights and say what it was fitted to."""
    rows, counts = labelled()
    weights = fit_weights(rows, counts)
    write_weights(weights, TABLE)
    told = {
        "figures": len(rows), "promised": sum(bool(r.promised) for r in rows),
        "weights": sum(len(t) for t in weights.rows.values()), "bytes": Path(TABLE).stat().st_size,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
