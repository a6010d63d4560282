"""The records behind a brief: what each promise rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from loopledger.records import Instrument
from loopledger.report.analysis import Deal
from loopledger.report.model import Record, Sentence, Source, SourcedRecord, Table
from loopledger.report.wording import join, say_quantity
from loopledger.schedule import Promise

__all__ = ["records_in", "records_of", "sources_of", "what_is_promised"]


def records_in(content: object) -> Iterator[str]:
    """Yield the ids of the records that sentences and tables mention, in order."""
    match content:
        case Sentence():
            yield from (part.id for part in content.parts if isinstance(part, Record))
        case Table():
            for row in content.rows:
                yield from records_in(row)
        case tuple():
            for one in content:
                yield from records_in(one)


def records_of(deal: Deal, cited: Iterable[str] = ()) -> tuple[SourcedRecord, ...]:
    """Return every record that the brief of a deal cites, the document's promises first.

    Parameters
    ----------
    deal : Deal
    cited : iterable of str
        Further instruments of the register that its sentences mention.

    Notes
    -----
    Instruments that only figures over the whole register rest on are listed by id in those figures.
    """
    found = []
    for item in deal.items:
        spans = tuple(
            Source(says=span.quote, publisher=item.source, is_quote=True) for span in item.draft.evidence
        )
        says = (
            what_is_promised(item.announced, deal.names_of)
            if item.announced
            else "a promise without a named counterparty"
        )
        found.append(SourcedRecord(id=item.id, says=says, sources=spans))
    known = [i for i in cited if i in deal.snapshot.instruments]
    for identifier in dict.fromkeys([*deal.known_ids, *known]):
        if not identifier.startswith("doc/"):
            says = what_is_promised(deal.promises[identifier], deal.names_of)
            sources = sources_of(deal.snapshot.instruments[identifier])
            found.append(SourcedRecord(id=identifier, says=says, sources=sources))
    return tuple(found)


def sources_of(instrument: Instrument) -> tuple[Source, ...]:
    """Return the evidence of an instrument and of its changes, each once."""
    evidence = dict.fromkeys([*instrument.evidence, *(e for c in instrument.changes for e in c.evidence)])
    return tuple(
        Source(
            says=e.says,
            publisher=e.publisher,
            published=e.published or "",
            grade=e.grade.value,
            url=e.url,
        )
        for e in evidence
    )


def what_is_promised(promise: Promise, names: Callable[[Sequence[str]], Iterable[str]]) -> str:
    """Return a promise in a few words: kind, from whom to whom, how much."""
    return (
        f"{promise.kind.value.replace('_', ' ')}, {join(names(promise.payers))} to "
        f"{join(names(promise.payees))}, {say_quantity(promise)}"
    )
