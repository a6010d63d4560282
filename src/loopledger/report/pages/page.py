"""A page: sections with their figures and pictures, the records behind them, and what it is a function of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loopledger import __version__
from loopledger.register import Observation, Snapshot
from loopledger.report.evidence import records_in, sources_of, what_is_promised
from loopledger.report.model import (
    FigureBook,
    Page,
    Run,
    Section,
    Source,
    SourcedRecord,
)
from loopledger.report.pages.context import PageContext, Window
from loopledger.schedule import (
    Assumptions,
    expand,
    promise_id,
    promises_from_snapshot,
)
from loopledger.units import Quarter

__all__ = ["finish", "open_context"]


def open_context(
    snapshot: Snapshot, assumptions: Assumptions, *, first: Quarter | None = None, last: Quarter | None = None
) -> PageContext:
    """Return what a page is written from.

    Parameters
    ----------
    snapshot : Snapshot
    assumptions : Assumptions
    first, last : Quarter, optional
        The window; the first and the last scheduled payment unless given.

    Raises
    ------
    ModelError
        If the window ends before it begins.
    """
    promises = promises_from_snapshot(snapshot)
    schedule = expand(promises, assumptions, known_on=snapshot.day)
    now = Quarter.of(snapshot.day)
    periods = [flow.period for flow in schedule.flows]
    begins = min(periods, default=now) if first is None else first
    ends = max(periods, default=now) if last is None else last
    if first is None or last is None:  # a window that is open at one end has room for its other end
        begins, ends = (min(begins, ends), ends) if first is None else (begins, max(begins, ends))
    return PageContext(
        snapshot=snapshot,
        schedule=schedule,
        promises=promises,
        window=Window(first=begins, last=ends, now=now),
        book=FigureBook(as_of=snapshot.day),
    )


def finish(context: PageContext, title: str, sections: tuple[Section, ...], *, assumptions_file: str) -> Page:
    """Return the page of some sections.

    Parameters
    ----------
    context : PageContext
    title : str
    sections : tuple of Section
    assumptions_file : str
        Where overridden assumptions came from.
    """
    snapshot = context.snapshot
    return Page(
        title=title,
        run=Run(
            version=__version__,
            register_hash=snapshot.content_hash,
            known_on=snapshot.day,
            documents={},
            assumptions_file=assumptions_file,
            window=str(context.window),
        ),
        sections=sections,
        figures=tuple(context.book),
        pictures=dict(context.pictures),
        records=tuple(_records(context, sections)),
        assumptions=context.schedule.assumptions.select(tuple(sorted(context.used))),
    )


def _cited(context: PageContext, sections: tuple[Section, ...]) -> Iterator[str]:
    """Yield the ids that figures, pictures and sentences cite, in order."""
    for figure in context.book:
        yield from figure.refs
    for picture in context.pictures.values():
        if "Instruments" in picture.header:
            place = picture.header.index("Instruments")
            yield from (ref for row in picture.rows for ref in row[place].split(", ") if ref)
    for section in sections:
        for _, content in section.blocks:
            yield from records_in(content)


def _records(context: PageContext, sections: tuple[Section, ...]) -> Iterator[SourcedRecord]:
    snapshot = context.snapshot
    cited = {promise_id(ref): None for ref in _cited(context, sections)}
    observed = {f"{Path(row.file).name}:{row.line}": row for row in snapshot.observations}
    for ref in sorted(cited):
        if ref in context.by_id:
            says = what_is_promised(context.by_id[ref], context.names_of)
            yield SourcedRecord(id=ref, says=says, sources=sources_of(snapshot.instruments[ref]))
        elif (row := observed.get(Path(ref).name)) is not None:
            yield SourcedRecord(id=ref, says=_observed(context, row), sources=(_source(row),))


def _observed(context: PageContext, row: Observation) -> str:
    unit = "USD" if row.unit == "usd" else row.unit
    return (
        f"{context.name(row.party)} {row.metric.replace('_', ' ')}, {row.period}: {row.value:,f} {unit}, "
        f"{row.bound.value.replace('_', ' ')}"
    )


def _source(row: Observation) -> Source:
    return Source(
        says=row.note or "as published", published=row.published, grade=row.grade.value, url=row.source_url
    )
