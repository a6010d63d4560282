"""Rules about ids and the names of files.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from loopledger.register.collection import Collection, DealEntry, Finding
from loopledger.register.replay import dated_days

OTHER_ID = "choose another id"


def repeated(items: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Yield the findings of names that stood before, each with the place of the first."""
    first: dict[str, Finding] = {}
    for name, finding in items:
        if name in first:
            where = first[name].location
            yield Finding(
                source=finding.source,
                path=finding.path,
                message=f"{finding.message}; the first is at {where}",
                hint=finding.hint,
            )
        else:
            first[name] = finding


def repeated_instruments(c: Collection) -> Iterator[Finding]:
    """Require that an instrument id is unique in the whole register."""
    yield from repeated(
        (e.instrument.id, e.finding(e.at("id"), f'the instrument id "{e.instrument.id}" stands twice', OTHER_ID
        ))
        for e in c.instruments() if e.instrument.id
    )  # fmt: skip


def ids_of_parties(c: Collection) -> Iterator[Finding]:
    """Require that an instrument does not have the id of a party: a command could not tell them apart."""
    parties = {entry.party.id for entry in c.parties}
    for entry in c.instruments():
        if entry.instrument.id in parties:
            message = f'"{entry.instrument.id}" is a party as well'
            yield entry.finding(entry.at("id"), message, OTHER_ID)


def repeated_deals(c: Collection) -> Iterator[Finding]:
    """Require that a deal id is unique in the whole register."""
    yield from repeated(
        (
            d.id,
            Finding(
                source=d.source, path=("id",), message=f'the deal id "{d.id}" stands twice', hint=OTHER_ID
            ),
        )
        for d in c.deals
        if d.id
    )


def misnamed_files(c: Collection) -> Iterator[Finding]:
    """Require that a deal's file is named ``<announced>-<id>.yaml``, or ``undated-<id>.yaml``."""
    for deal in c.deals:
        name = deal.source.file.rpartition("/")[2].rpartition(".")[0]
        yield from _misnamed(deal, name)


def _misnamed(deal: DealEntry, name: str) -> Iterator[Finding]:
    match = re.fullmatch(r"(undated|\d{4}-\d{2}-\d{2})-(.+)", name)
    if match is None:
        hint = f"{deal.announced or 'undated'}-{deal.id}.yaml"
        message = f'the name "{name}" does not begin with a day or "undated"'
        yield Finding(source=deal.source, path=(), message=message, hint=f"name it {hint}")
        return
    day = deal.announced.isoformat() if deal.announced else "undated"
    if "announced" not in deal.faulty and match[1] != day:
        message = f"announced {day}, but the file's name says {match[1]}"
        yield Finding(
            source=deal.source, path=("announced",), message=message, hint=f"rename it {day}-{match[2]}.yaml"
        )
    if deal.id and match[2] != deal.id:
        message = f'the deal is "{deal.id}", but the file\'s name says "{match[2]}"'
        yield Finding(
            source=deal.source, path=("id",), message=message, hint=f"rename it {match[1]}-{deal.id}.yaml"
        )


def undated_without_note(c: Collection) -> Iterator[Finding]:
    """Require that a deal with ``announced: null`` says in a note why."""
    for deal in c.deals:
        if deal.announced is None and not deal.note and not deal.faulty & {"announced", "note"}:
            yield Finding(
                source=deal.source, path=("announced",), message="announced is null and there is no note",
                hint="say in a note why the day is not known",
            )  # fmt: skip
        elif deal.announced is None and "announced" not in deal.faulty and not _dated(deal):
            yield Finding(
                source=deal.source, path=("announced",), message="nothing in the deal is dated",
                hint="date the deal, the start of an instrument or a piece of evidence",
            )  # fmt: skip


def _dated(deal: DealEntry) -> bool:
    instruments = [entry.instrument for entry in deal.instruments]
    return any(i.start is not None or any(dated_days(i)) for i in instruments)
