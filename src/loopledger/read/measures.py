"""Which figures of a clause belong to its event, and the phrases that hang on a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.claims import claim
from loopledger.read.clauses import Dependents
from loopledger.read.content import noun_class
from loopledger.read.events import Event
from loopledger.read.items import Mark, NounPhrase, Tag, VerbGroup
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import FRAMES, RAISING, Act
from loopledger.read.quantities import FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames

__all__ = ["claim_figures", "tail"]


def claim_figures(frames: SentenceFrames, event: Event, deps: Dependents, patient: NounPhrase | None) -> None:  # noqa: C901  (one branch for each construction)
    """Let an event claim the figures of its clause, one of each sort."""
    row: list[tuple[str, NounPhrase, int]] = []
    if patient is not None:
        row.append(("", patient, frames.items.index(patient) if patient in frames.items else event.item))
        row += tail(frames, patient)
    row += [("", np, frames.items.index(np) if np in frames.items else event.item) for np in deps.objects]
    row += deps.phrases
    absorbs = any(noun_class(c) in (NounClass.WARRANT, NounClass.GUARANTEE) for c in event.content)
    if absorbs:  # "a warrant to buy 5 million shares", "warrants covering ..."
        known = {id(np) for _, np, _ in row}
        row += [
            ("of", item, j)
            for j, item in enumerate(frames.items[: _clause_end(frames, event.item, deps.end + 4)])
            if j > event.item and isinstance(item, NounPhrase) and id(item) not in known and item.figures
        ]
    row += _afterthought(frames, event, deps)
    row.sort(key=lambda r: r[2])
    if event.trigger in ("lead", "co-lead", "anchor"):  # "a round of $5 million led by X with $2 million"
        row = [r for r in row if r[0] == "with" and r[1].figures] or row
    for preposition, np, index in row:
        if event.act is Act.RAISE and event.is_nominal and preposition == "of":
            continue
        if preposition == "from" and event.trigger.split()[0] in RAISING:
            continue  # "raises its facility from $3 million to $4 million"
        if index > event.item and not absorbs and frames.inner_verb(event.item, index):
            break
        sized = event.act is Act.COMMIT and any(
            f.kind in (FigureKind.POWER, FigureKind.COUNT) for f in np.figures
        )
        if preposition == "to" and (event.trigger.endswith("access") or sized):
            pass
        elif (
            preposition in ("to", "from", "by", "against", "until", "through", "than")
            and event.trigger.split()[0] not in RAISING
        ):
            continue
        for figure in np.figures:
            claim(frames, event, figure, np, preposition)


def _clause_end(frames: SentenceFrames, i: int, end: int) -> int:
    """Return where the clause of a verb ends at the latest: at "and" with another verb."""
    for j in range(i + 1, min(end, len(frames.items) - 1)):
        following = frames.items[j + 1]
        if frames.items[j].tag is Tag.CC and isinstance(following, VerbGroup) and not following.is_bare:
            return j
        if frames.items[j].tag is Tag.CC and isinstance(following, VerbGroup) and following.lemma in FRAMES:
            return j
    return end


def _afterthought(
    frames: SentenceFrames, event: Event, deps: Dependents
) -> list[tuple[str, NounPhrase, int]]:
    """Read "may take further capacity, *up to one gigawatt*": a sum set apart by a comma."""
    j = deps.end - 1
    row = [*deps.objects, *(np for _, np, _ in deps.phrases)]
    if any(f.is_quantity for np in row for f in np.figures) or not deps.objects:
        return []
    for j in range(event.item + 2, min(deps.end + 2, len(frames.items))):
        np, before = frames.items[j], frames.items[j - 1]
        if isinstance(np, NounPhrase) and before.tag is Tag.COMMA and np.figure is not None:
            return [("", np, j)] if np.figure.is_quantity else []
    return []


def tail(frames: SentenceFrames, np: NounPhrase) -> list[tuple[str, NounPhrase, int]]:
    """Return the phrases that hang on a subject: "a contract worth $5 million with Y was cancelled"."""
    if np not in frames.items:
        return []
    found = []
    j = frames.items.index(np) + 1
    while j + 1 < len(frames.items):
        item, following = frames.items[j], frames.items[j + 1]
        if item.tag is Tag.PREP and isinstance(following, NounPhrase):
            found.append((item.word if isinstance(item, Mark) else "", following, j + 1))
            j += 2
        elif item.tag is Tag.COMMA:
            j += 1
        else:
            break
    return found
