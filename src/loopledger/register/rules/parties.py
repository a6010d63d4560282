"""Rules about parties: who is named, and whether each is one.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from loopledger.records import OUTSIDE, Role
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.countries import COUNTRIES
from loopledger.register.rules.identity import repeated
from loopledger.register.rules.links import links_of
from loopledger.register.suggest import near_miss, suggest
from loopledger.register.yamltext import Path

#: The observations whose party is always one of the register's.
_REPORTED = "financials.csv"
_LEGAL_FORMS = frozenset({
    "ag", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kk",
    "limited", "llc", "llp", "lp", "ltd", "nv", "oyj", "pbc", "plc", "pte", "sa",
    "sas", "se", "spa",
})  # fmt: skip


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
    for entry in c.instruments() if c.knows_parties else ():
        for role, party, path in _party_paths(entry):
            if party not in known and party != OUTSIDE:
                hint = suggest(party, known) or "add it to parties.yaml"
                yield entry.finding(path, f'unknown {role} "{party}"', hint)


def paying_itself(c: Collection) -> Iterator[Finding]:
    """Require that nobody is on both sides of a promise."""
    for entry in c.instruments():
        for terms in (entry.instrument, entry.latest):
            both = sorted(set(terms.payers) & set(terms.payees))
            if both:
                names = ", ".join(f'"{party}"' for party in both)
                message = f"{names} is payer and payee"
                path = entry.at("payee") if terms is entry.instrument else entry.set_at("payee")
                yield entry.finding(path, message, "one promise runs in one direction")
                break


def repeated_names(c: Collection) -> Iterator[Finding]:
    """Require that a list of payers, payees, link targets or aliases names each once."""
    for party in c.parties:
        aliases = party.party.aliases
        for i, alias in enumerate(aliases):
            if alias in aliases[:i]:
                path = (*party.path, "aliases", i)
                yield Finding(
                    source=party.source, path=path, message=f'"{alias}" is listed twice', hint="keep one"
                )
    for entry in c.instruments():
        seen: set[tuple[Path, str]] = set()
        named = [(party, path) for _, party, path in _party_paths(entry)]
        named += [(target, path) for _, target, path in links_of(entry)]
        for name, path in named:
            if (path[:-1], name) in seen and isinstance(path[-1], int):
                yield entry.finding(path, f'"{name}" is listed twice', "keep one")
            seen.add((path[:-1], name))


def repeated_parties(c: Collection) -> Iterator[Finding]:
    """Require that a party id stands once in parties.yaml."""
    yield from repeated(
        (e.party.id, Finding(
            source=e.source, path=(*e.path, "id"), message=f'the party id "{e.party.id}" stands twice',
            hint="merge the two",
        ))
        for e in c.parties
    )  # fmt: skip


def reserved_ids(c: Collection) -> Iterator[Finding]:
    """Require that no party takes the id that stands for the rest of the world."""
    for entry in c.parties:
        if entry.party.id == OUTSIDE:
            message = f'the id "{OUTSIDE}" stands for the rest of the world'
            yield Finding(
                source=entry.source, path=(*entry.path, "id"), message=message, hint="choose another id"
            )


def ill_formed_codes(c: Collection) -> Iterator[Finding]:
    """Require that a country is in ISO 3166, and that the check digits of an LEI are right (ISO 17442)."""
    for entry in c.parties:
        country, lei = entry.party.country, entry.party.lei
        if country is not None and country not in COUNTRIES:
            message, path = f'no country has the code "{country}"', (*entry.path, "country")
            yield Finding(
                source=entry.source, path=path, message=message, hint="two letters of ISO 3166, such as US"
            )
        if lei is not None and int("".join(str(int(sign, 36)) for sign in lei)) % 97 != 1:
            message, path = f"the check digits of the LEI {lei} are wrong", (*entry.path, "lei")
            yield Finding(source=entry.source, path=path, message=message, hint="copy it once more")


def _bare(name: str) -> str:
    """Return a name without case, punctuation and legal form."""
    words = re.findall(r"\w+", name.casefold())
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def shared_aliases(c: Collection) -> Iterator[Finding]:
    """Require that a name or alias leads to one party, whatever its case and legal form."""
    owner: dict[str, str] = {}
    for entry in c.parties:
        party = entry.party
        names = [(party.name, (*entry.path, "name"))]
        names += [(alias, (*entry.path, "aliases", i)) for i, alias in enumerate(party.aliases)]
        for name, path in names:
            other = owner.setdefault(_bare(name), party.id)
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
            yield Finding(
                source=entry.source, path=path, message=message, hint=suggest(parent, known) or "add it"
            )
        elif entry.party.id in (circle := _followed(parent, parents)) and not told & circle:
            told |= circle
            message = f'"{entry.party.id}" is its own parent through "{parent}"'
            yield Finding(source=entry.source, path=path, message=message, hint="remove one of the parents")


def unknown_roles(c: Collection) -> Iterator[Finding]:
    """Require that what a party does in the build-out is known."""
    for entry in c.parties:
        if entry.party.role is Role.UNKNOWN:
            message = f'the role of "{entry.party.id}" is unknown'
            roles = ", ".join(role for role in Role if role is not Role.UNKNOWN)
            yield Finding(
                source=entry.source, path=(*entry.path, "role"), message=message, hint=f"look it up: {roles}"
            )


def _followed(start: str, parents: Mapping[str, str | None]) -> set[str]:
    seen: set[str] = set()
    current: str | None = start
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return seen


def unknown_observers(c: Collection) -> Iterator[Finding]:
    """Require that who reports figures stands in parties.yaml; who only estimates need not, but for slips."""
    known = c.party_ids()
    unknown = {row.party for row in c.observations if row.party not in known} if c.knows_parties else set()
    slips = {party: near_miss(party, known) for party in unknown}
    for row in c.observations:
        if row.party not in unknown or not (row.file.endswith(_REPORTED) or slips[row.party]):
            continue
        hint = suggest(row.party, known) or "add it to parties.yaml"
        yield Finding(at=c.cell(row, "party"), message=f'unknown party "{row.party}"', hint=hint)
