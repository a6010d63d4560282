"""Rules about the links between instruments.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from loopledger.records import Links
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.suggest import suggest
from loopledger.register.yamltext import Path

_LISTS = ("earmarked_for", "conditional_on", "supersedes", "overlaps", "funds")


def links_of(entry: InstrumentEntry) -> Iterator[tuple[str, str, Path]]:
    """Yield the name, target and path of every link of an instrument, as announced and as changed."""
    links = entry.instrument.links
    if links.part_of is not None:
        yield "part_of", links.part_of, entry.at("links", "part_of")
    for name in _LISTS:
        for i, target in enumerate(getattr(links, name)):
            yield name, target, entry.at("links", name, i)
    for n, change in enumerate(entry.instrument.changes):
        values = change.set.get("links")
        for name, value in values.items() if isinstance(values, Mapping) else ():
            path = entry.at("changes", n, "set", "links", name)
            if isinstance(value, str):
                yield name, value, path
            elif isinstance(value, list):
                yield from ((name, t, (*path, i)) for i, t in enumerate(value) if isinstance(t, str))


def _now(entry: InstrumentEntry) -> Links:
    """Return the links of an instrument after its changes."""
    is_changed = any("links" in change.set for change in entry.instrument.changes)
    return entry.latest.links if is_changed else entry.instrument.links


def unknown_links(c: Collection) -> Iterator[Finding]:
    """Require that a link names an instrument of the register."""
    known = set(c.by_id()) | c.half_read
    for entry in c.instruments():
        for name, target, path in links_of(entry):
            if target not in known:
                message = f'{name} names the unknown instrument "{target}"'
                hint = (
                    suggest(target, known) or "name an instrument, not a deal or a party; or remove the link"
                )
                yield entry.finding(path, message, hint)


def self_links(c: Collection) -> Iterator[Finding]:
    """Require that an instrument is not linked to itself."""
    for entry in c.instruments():
        for name, target, path in links_of(entry):
            if target == entry.instrument.id:
                yield entry.finding(path, f'"{target}" names itself in {name}', "remove the link")


def _cycles(c: Collection, targets: Callable[[Links], tuple[str, ...]], verb: str) -> Iterator[Finding]:
    """Yield one finding for each circle of a link, at the instrument that closes it."""
    entries = c.by_id()
    settled: set[str] = set()
    for start in entries:
        trail: dict[str, Iterator[str]] = {start: iter(targets(_now(entries[start])))}
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
                path = entry.set_at("links")
                yield entry.finding((*path, verb), message, "remove the link that is not true")
            else:
                trail[target] = iter(targets(_now(entries[target])))


def supersession_cycles(c: Collection) -> Iterator[Finding]:
    """Require that following ``supersedes`` never comes back."""
    yield from _cycles(c, lambda links: links.supersedes, "supersedes")


def part_cycles(c: Collection) -> Iterator[Finding]:
    """Require that following ``part_of`` never comes back."""
    yield from _cycles(c, lambda links: (links.part_of,) if links.part_of else (), "part_of")


def superseding_the_future(c: Collection) -> Iterator[Finding]:
    """Require that a promise does not replace one that was announced after it."""
    entries = c.by_id()
    for entry in c.instruments():
        for n, target in enumerate(entry.instrument.links.supersedes):
            older = entries.get(target)
            if older is None or not (entry.deal.announced and older.deal.announced):
                continue
            if older.deal.announced > entry.deal.announced:
                message = f'supersedes "{target}", which was announced later, on {older.deal.announced}'
                yield entry.finding(entry.at("links", "supersedes", n), message, "turn the link round")
