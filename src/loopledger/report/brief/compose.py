"""Compose a brief: readings in, four sections out, with everything behind their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loopledger import __version__
from loopledger.errors import ModelError
from loopledger.records import Reading
from loopledger.register import Snapshot
from loopledger.report.analysis import place_deal
from loopledger.report.brief.context import Context
from loopledger.report.brief.happened import what_happened
from loopledger.report.brief.matters import why_it_matters
from loopledger.report.brief.outlook import whats_next
from loopledger.report.brief.pictures import draw_pictures
from loopledger.report.brief.takeaways import key_takeaways
from loopledger.report.evidence import records_in, records_of
from loopledger.report.model import Figure, FigureBook, Picture, Run, Section, Sentence, SourcedRecord
from loopledger.schedule import Assumption, Assumptions

__all__ = ["HEADINGS", "Brief", "write_brief"]

HEADINGS = ("Key Takeaways", "What Happened", "Why It Matters", "What's Next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief and all that it rests on.

    Parameters
    ----------
    title : str
    run : Run
        What the brief is a pure function of.
    sections : tuple of Section
        Under :data:`HEADINGS`, in that order.
    figures : tuple of Figure
        Every number of the sections, with unit, range, basis, computation and records.
    pictures : mapping of str to Picture
    assumptions : tuple of Assumption
        Those that the figures rest on.
    context : Context
        The deal and its analyses.
    """

    title: str
    run: Run
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    pictures: Mapping[str, Picture]
    assumptions: tuple[Assumption, ...]
    context: Context

    @property
    def records(self) -> tuple[SourcedRecord, ...]:
        """The records that the brief cites, with their evidence."""
        cited = (i for section in self.sections for _, block in section.blocks for i in records_in(block))
        return records_of(self.context.deal, cited)


def write_brief(
    readings: Sequence[Reading],
    snapshot: Snapshot,
    assumptions: Assumptions,
    *,
    documents: Mapping[str, str] | None = None,
    assumptions_file: str = "bundled",
) -> Brief:
    """Write the brief of one or several documents.

    Parameters
    ----------
    readings : sequence of Reading
        What :func:`loopledger.read.read` found in each document.
    snapshot : Snapshot
        The register as known on the day of the brief.
    assumptions : Assumptions
    documents : mapping of str to str, optional
        Content hash of each document by name, to be printed with the run.
    assumptions_file : str
        Where overridden assumptions came from.

    Returns
    -------
    Brief

    Raises
    ------
    ModelError
        If there is no document.
    """
    if not readings:
        msg = "there is no document to write a brief of"
        raise ModelError(msg, hint="name at least one file, or - for standard input")
    deal = place_deal(readings, snapshot, assumptions)
    context = Context(deal, assumptions, FigureBook(as_of=snapshot.day))
    sections: tuple[Section, ...]
    if deal.items:
        # the headline comes last, because it cites what the others have computed
        rest = (what_happened(context), why_it_matters(context), whats_next(context))
        sections = (key_takeaways(context), *rest)
    else:
        sections = _nothing_promised(readings)
    return Brief(
        title=_title(context),
        run=Run(
            version=__version__, register_hash=snapshot.content_hash, known_on=snapshot.day,
            documents=dict(documents or {reading.source: "" for reading in readings}),
            assumptions_file=assumptions_file,
        ),
        sections=sections,
        figures=tuple(context.book),
        pictures=draw_pictures(context) if deal.items else {},
        assumptions=assumptions.select(context.used_assumptions()),
        context=context,
    )  # fmt: skip


def _title(context: Context) -> str:
    names = context.names(context.deal.parties[:4])
    return f"Brief: {', '.join(names)}" if names else "Brief: no promise found"


def _nothing_promised(readings: Sequence[Reading]) -> tuple[Section, ...]:
    """Return the four sections for documents in which nobody promises anything to anybody."""
    named = (
        ", ".join(dict.fromkeys(ref.name for reading in readings for ref in reading.parties))
        or "no organisation"
    )
    refused = sum(len(reading.refusals) for reading in readings)
    said = (
        "No promise of money, goods or capacity from one named party to another was found in the document.",
        f"It names {named}. {refused} passages came near and were refused; `loopledger read --explain` shows them.",
        "Without a promise there is no cash flow, no loop and no share of anybody's receipts to compute.",
        "Nothing in it carries a date or a price to watch for.",
    )
    blocks: list[tuple[tuple[str, Any], ...]] = [(("text", Sentence.of(text)),) for text in said]
    return tuple(Section(heading=h, blocks=b) for h, b in zip(HEADINGS, blocks, strict=True))
