"""How the learned half does on texts it was not fitted to: ``python -m training.measure``.

A fifth of the documents is held out at a time, or of the styles with ``--by style``; no text is fitted and measured.
A figure counts as right when its kind, payer and payee are all right.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence

from loopledger.read.learned.proposals import SURE, choose
from loopledger.read.learned.sightings import PROMISED
from loopledger.read.learned.weights import Weights
from training.examples import Example
from training.model import fit_weights
from training.train import labelled

#: So many parts are held out in turn.
FOLDS = 5


def is_right(row: Example, weights: Weights) -> tuple[bool, bool]:
    """Return whether a figure would be proposed, and whether the proposal would be right."""
    choice = choose(row.sighting, weights)
    proposed = choice.promised >= PROMISED and choice.sure >= SURE and choice.payee is not None
    if not proposed or not row.promised:
        return proposed, False
    number = {id(candidate): i for i, candidate in enumerate(row.sighting.candidates)}
    payer = choice.kind == "bond" or number.get(id(choice.payer), -1) in row.payer
    return True, choice.kind == row.kind and payer and number.get(id(choice.payee), -1) in row.payee


def parts(rows: Sequence[Example], *, by_style: bool) -> list[list[int]]:
    """Return the rows held out together: whole documents, or whole styles, spread over the folds by their names."""
    held: list[list[int]] = [[] for _ in range(FOLDS)]
    for number, row in enumerate(rows):
        if row.style == "phrase":
            continue  # single sentences: always fitted, never measured
        name = row.style if by_style else row.source
        held[int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS].append(number)
    return [part for part in held if part]


def main() -> int:
    """Print what was found of what is promised, and how much of what was proposed is right."""
    rows, counts = labelled()
    n_promised = n_proposed = n_right = 0
    for held in parts(rows, by_style="style" in sys.argv):
        out = set(held)
        kept = [i for i in range(len(rows)) if i not in out]
        weights = fit_weights([rows[i] for i in kept], [counts[i] for i in kept])
        for number in held:
            row = rows[number]
            if row.promised is None:
                continue
            proposed, right = is_right(row, weights)
            n_promised += bool(row.promised)
            n_proposed += proposed
            n_right += right
    sys.stdout.write(
        f"{n_promised} promised figures, {n_proposed} proposed, {n_right} right:"
        f" precision {n_right / n_proposed:.3f}, recall {n_right / n_promised:.3f}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
