"""Rules about references: ids, names, links, and what a change may set.

Each function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import ValidationError

from loopledger.errors import Location
from loopledger.records import OUTSIDE, Instrument
from loopledger.register.collection import Collection, DealEntry, Finding, InstrumentEntry
from loopledger.register.currencies import CURRENCIES
from loopledger.register.faults import describe_error
from loopledger.register.replay import CHANGEABLE, dated_days, with_change
from loopledger.register.shape import errors_of
from loopledger.register.suggest import near_miss, suggest
from loopledger.register.yamltext import Path
from loopledger.units import Amount

_OTHER_ID = "choose another id"
#: The observations whose party is always one of the register's.
_REPORTED = "financials.csv"
LINK_LISTS = ("earmarked_for", "conditional_on", "supersedes", "overlaps", "funds")


def links_of(entry: InstrumentEntry) -> Iterator[tuple[str, str, Path]]:
    """Yield the name, target and path of every link of an instrument."""
    links = entry.instrument.links
    if links.part_of is not None:
        yield "part_of", links.part_of, entry.at("links", "part_of")
    for name in LINK_LISTS:
        for i, target in enumerate(getattr(links, name)):
            yield name, target, entry.at("links", name, i)


def _finding(entry: InstrumentEntry, path: Path, message: str, hint: str = "") -> Finding:
    return Finding(source=entry.deal.source, path=path, message=message, hint=hint)


def _party_paths(entry: InstrumentEntry) -> Iterator[tuple[str, str, Path]]:
    """Yield the role, id and path of each party that an instrument or one of its changes names."""
    for role in ("payer", "payee"):
        yield from _listed(role, getattr(entry.instrument, role), entry.at(role))
        for i, change in enumerate(entry.instrument.changes):
            if role in change.set:
                yield from _listed(role, change.set[role], entry.at("changes", i, "set", role))


def _listed(role: str, value: object, path: Path) -> Iterator[tuple[str, str, Path]]:
    if isinstance(value, str):
        yield role, value, path
    elif isinstance(value, list | tuple):
        for i, member in enumerate(value):
            if isinstance(member, str):
                yield role, member, (*path, i)


def unknown_parties(c: Collection) -> Iterator[Finding]:
    """Require that a payer or payee stands in parties.yaml, or is ``outside``, the rest of the world."""
    known = c.party_ids()
    for entry in c.instruments():
        for role, party, path in _party_paths(entry):
            if party not in known and party != OUTSIDE and c.parties:
                yield _finding(entry, path, f'unknown {role} "{party}"', suggest(party, known))


def paying_itself(c: Collection) -> Iterator[Finding]:
    """Require that nobody is on both sides of a promise."""
    for entry in c.instruments():
        both = set(entry.instrument.payers) & set(entry.instrument.payees)
        for party in sorted(both):
            yield _finding(
                entry, entry.at("payee"), f'"{party}" is payer and payee', "one promise runs in one direction"
            )


def repeated_names(c: Collection) -> Iterator[Finding]:
    """Require that a list of payers, payees or link targets names each once."""
    for entry in c.instruments():
        seen: set[tuple[Path, str]] = set()
        named = [(party, path) for _, party, path in _party_paths(entry)]
        named += [(target, path) for _, target, path in links_of(entry)]
        for name, path in named:
            if (path[:-1], name) in seen and isinstance(path[-1], int):
                yield _finding(entry, path, f'"{name}" is listed twice', "keep one")
            seen.add((path[:-1], name))


def _repeated(items: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
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


def repeated_parties(c: Collection) -> Iterator[Finding]:
    """Require that a party id stands once in parties.yaml."""
    yield from _repeated(
        (e.party.id, Finding(
            source=e.source, path=(*e.path, "id"), message=f'the party id "{e.party.id}" stands twice',
            hint="merge the two",
        ))
        for e in c.parties
    )  # fmt: skip


def repeated_instruments(c: Collection) -> Iterator[Finding]:
    """Require that an instrument id is unique in the whole register."""
    yield from _repeated(
        (e.instrument.id, _finding(
            e, e.at("id"), f'the instrument id "{e.instrument.id}" stands twice', _OTHER_ID
        ))
        for e in c.instruments() if e.instrument.id
    )  # fmt: skip


def repeated_deals(c: Collection) -> Iterator[Finding]:
    """Require that a deal id is unique in the whole register."""
    yield from _repeated(
        (
            d.id,
            Finding(
                source=d.source, path=("id",), message=f'the deal id "{d.id}" stands twice', hint=_OTHER_ID
            ),
        )
        for d in c.deals
        if d.id
    )


def shared_aliases(c: Collection) -> Iterator[Finding]:
    """Require that a name or alias leads to one party, whatever its case."""
    owner: dict[str, str] = {}
    for entry in c.parties:
        party = entry.party
        names = [(party.name, (*entry.path, "name"))]
        names += [(alias, (*entry.path, "aliases", i)) for i, alias in enumerate(party.aliases)]
        for name, path in names:
            other = owner.setdefault(" ".join(name.casefold().split()), party.id)
            if other != party.id:
                message = f'"{name}" is a name of "{other}" as well as of "{party.id}"'
                yield Finding(source=entry.source, path=path, message=message, hint="keep it at one of them")


def shared_identifiers(c: Collection) -> Iterator[Finding]:
    """Require that a ticker, CIK or LEI belongs to one party: two mean one party under two ids."""
    owner: dict[tuple[str, str], str] = {}
    for entry in c.parties:
        for field in ("ticker", "cik", "lei"):
            value = getattr(entry.party, field)
            other = owner.setdefault((field, value), entry.party.id) if value else entry.party.id
            if other != entry.party.id:
                message = f'{field} {value} stands at "{other}" as well as at "{entry.party.id}"'
                hint = "merge the two parties, or correct one"
                yield Finding(source=entry.source, path=(*entry.path, field), message=message, hint=hint)


def faulty_parents(c: Collection) -> Iterator[Finding]:
    """Require that a parent is a party, and no party controls itself through others."""
    parents = {e.party.id: e.party.parent for e in c.parties if e.party.parent}
    known = c.party_ids()
    told: set[str] = set()
    for entry in c.parties:
        parent, path = entry.party.parent, (*entry.path, "parent")
        if parent is None:
            continue
        if parent not in known:
            message = f'unknown parent "{parent}"'
            yield Finding(source=entry.source, path=path, message=message, hint=suggest(parent, known))
        elif entry.party.id in (circle := _followed(parent, parents)) and not told & circle:
            told |= circle
            message = f'"{entry.party.id}" is its own parent through "{parent}"'
            yield Finding(source=entry.source, path=path, message=message, hint="remove one of the parents")


def _followed(start: str, parents: Mapping[str, str | None]) -> set[str]:
    seen: set[str] = set()
    current: str | None = start
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return seen


def unknown_links(c: Collection) -> Iterator[Finding]:
    """Require that a link names an instrument of the register."""
    known = set(c.by_id()) | c.half_read
    for entry in c.instruments():
        for name, target, path in links_of(entry):
            if target not in known:
                message = f'{name} names the unknown instrument "{target}"'
                yield _finding(entry, path, message, suggest(target, known))


def self_links(c: Collection) -> Iterator[Finding]:
    """Require that an instrument is not linked to itself."""
    for entry in c.instruments():
        for name, target, path in links_of(entry):
            if target == entry.instrument.id:
                yield _finding(entry, path, f'"{target}" names itself in {name}', "remove the link")


def _cycles(c: Collection, targets: Callable[[Instrument], tuple[str, ...]], verb: str) -> Iterator[Finding]:
    """Yield one finding for each circle of a link, at the instrument that closes it."""
    entries = c.by_id()
    settled: set[str] = set()
    for start in entries:
        trail: dict[str, Iterator[str]] = {start: iter(targets(entries[start].instrument))}
        while trail and start not in settled:
            current, following = next(reversed(trail.items()))
            target = next((t for t in following if t in entries and t != current and t not in settled), None)
            if target is None:
                settled.add(current)
                del trail[current]
            elif target in trail:
                members = list(trail)
                circle = " -> ".join([*members[members.index(target) :], target])
                entry = entries[current]
                message = f"{verb} runs in a circle: {circle}"
                yield _finding(entry, entry.at("links", verb), message, "remove the link that is not true")
            else:
                trail[target] = iter(targets(entries[target].instrument))


def supersession_cycles(c: Collection) -> Iterator[Finding]:
    """Require that following ``supersedes`` never comes back."""
    yield from _cycles(c, lambda i: i.links.supersedes, "supersedes")


def part_cycles(c: Collection) -> Iterator[Finding]:
    """Require that following ``part_of`` never comes back."""
    yield from _cycles(c, lambda i: (i.links.part_of,) if i.links.part_of else (), "part_of")


def unknown_observers(c: Collection) -> Iterator[Finding]:
    """Require that who reports figures stands in parties.yaml; who only estimates need not, but for slips."""
    known = c.party_ids()
    unknown = {row.party for row in c.observations if row.party not in known} if c.parties else set()
    slips = {party: near_miss(party, known) for party in unknown}
    for row in c.observations:
        if row.party not in unknown or not (row.file.endswith(_REPORTED) or slips[row.party]):
            continue
        at = Location(row.file, row.line, 1)
        yield Finding(at=at, message=f'unknown party "{row.party}"', hint=suggest(row.party, known))


def unknown_currencies(c: Collection) -> Iterator[Finding]:
    """Require that a currency is a code of ISO 4217 in use."""
    for entry in c.instruments():
        stated: list[tuple[object, Path]] = [(entry.instrument.amount, entry.at("amount"))]
        stated += [
            (change.set["amount"], entry.at("changes", i, "set", "amount"))
            for i, change in enumerate(entry.instrument.changes)
            if "amount" in change.set
        ]
        for value, path in stated:
            code = value.currency if isinstance(value, Amount) else None
            if isinstance(value, Mapping) and re.fullmatch("[A-Z]{3}", str(value.get("currency"))):
                code = str(value["currency"])
            if code is not None and code not in CURRENCIES:
                message = f'unknown currency "{code}"'
                yield _finding(entry, (*path, "currency"), message, "an ISO 4217 code in use, such as USD")


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


def unknown_changes(c: Collection) -> Iterator[Finding]:
    """Require that a change sets fields of an instrument other than its id, its history and its evidence."""
    for entry in c.instruments():
        for i, change in enumerate(entry.instrument.changes):
            for name in change.set:
                if name in CHANGEABLE:
                    continue
                known = name in Instrument.model_fields
                message = (
                    f'a change cannot set "{name}"' if known else f'a change sets the unknown field "{name}"'
                )
                path = entry.at("changes", i, "set", name)
                hint = "write a new instrument" if known else suggest(name, CHANGEABLE)
                yield Finding(source=entry.deal.source, path=path, message=message, hint=hint, at_key=True)


def unfit_changes(c: Collection) -> Iterator[Finding]:
    """Require that replaying the changes gives a well-formed instrument after each of them."""
    for entry in c.instruments():
        current = entry.instrument
        if not current.changes:
            continue
        for i, change in enumerate(current.changes):
            settable = {name: value for name, value in change.set.items() if name in CHANGEABLE}
            for name, value in settable.items():
                try:
                    current = with_change(current, {name: value})
                except ValidationError as error:
                    found = describe_error(name, errors_of(error)[0], Instrument)
                    yield _finding(entry, entry.at("changes", i, "set", name), found.message, found.hint)
