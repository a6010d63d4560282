"""What is known before reading: names of parties, what they make, what people call them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from loopledger.read.lexicon.inflect import singular
from loopledger.read.lexicon.names import LEGAL_FORMS
from loopledger.read.tokens import Token, tokenize
from loopledger.records import Party, Role

__all__ = ["Known", "Match", "World"]


@dataclass(frozen=True, slots=True)
class Known:
    """A party of the table, or a well-known company, as far as reading needs it.

    Parameters
    ----------
    id : str
        In the table of parties; of a well-known company its name after a tilde.
    is_registered : bool
        Whether it stands in the table of parties.
    """

    id: str
    name: str
    role: Role
    country: str | None
    called: frozenset[str]
    is_registered: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a row of tokens: ``tokens[start:end]``."""

    start: int
    end: int
    known: Known
    is_product: bool


@lru_cache(maxsize=1)
def _companies() -> tuple[tuple[Known, tuple[str, ...]], ...]:
    """Return the well-known companies, each with its names."""
    text = resources.files("loopledger").joinpath("data/companies.yaml").read_text("utf-8")
    rows = []
    for group in yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # noqa: S506
        called = _called(group["called"])
        for line in group["names"]:
            names = tuple(name.strip() for name in line.split(" = "))
            known = Known(
                f"~{names[0]}", names[0], Role(group["role"]), group["country"], called, is_registered=False
            )
            rows.append((known, names))
    return tuple(rows)


def _called(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(compounds(text.lower().split()) for text in texts))


@lru_cache(maxsize=1)
def _products() -> Mapping[str, Any]:
    text = resources.files("loopledger").joinpath("data/products.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506


def without_legal_form(name: str) -> str:
    """Return a company's name without its legal form.

    Examples
    --------
    >>> without_legal_form("Orvane Systems, Inc."), without_legal_form("Tessil Energi A/S")
    ('Orvane Systems', 'Tessil Energi')
    """
    words = name.replace(",", " ").split()
    while len(words) > 1 and (words[-1].lower().strip(".") in LEGAL_FORMS or words[-1] == "&"):
        words.pop()
    return " ".join(words)


def compounds(words: Iterable[str]) -> frozenset[str]:
    """Return a description's head, its head with one modifier, and its other words.

    Examples
    --------
    >>> sorted(compounds(["dutch", "chip", "designers"]))
    ['chip', 'chip-designer', 'designer', 'dutch', 'dutch-chip']
    """
    row = [w for word in words for w in word.split("-") if w]
    if not row:
        return frozenset()
    row[-1] = singular(row[-1])
    pairs = {f"{a}-{b}" for a, b in itertools.pairwise(row)}
    return frozenset(row) | pairs


@dataclass(slots=True)
class World:
    """The table of parties and products, indexed by first word.

    Parameters
    ----------
    names : mapping
        First word of a name, as written and in lower case : the names that begin so, longest first.
    """

    names: dict[str, list[tuple[tuple[str, ...], Known, bool]]] = field(default_factory=dict)

    @classmethod
    def of(cls, parties: Iterable[Party]) -> World:
        """Return the index of a table of parties."""
        world = cls()
        table = _products()
        for party in parties:
            row = table.get(party.id, {})
            products = row.get("products", ())
            called = _called(row.get("called", ()))
            known = Known(party.id, _display_name(party, products), party.role, party.country, called)
            if not party.aggregate:
                for name in (party.name, without_legal_form(party.name), *party.aliases):
                    world._add(name, known, product=name in products)
            for product in products:
                world._add(product, known, product=True)
            for name in ("Claude", "Grok", "Azure"):
                if name in party.aliases:
                    world._add(name, known, product=True)
        world._add_companies()
        for rows in world.names.values():
            rows.sort(key=lambda row: (-len(row[0]), not row[2]))
        return world

    def _add_companies(self) -> None:
        """Add well-known companies; one that the table has under some name is the table's."""
        held = {words: known for rows in self.names.values() for words, known, product in rows if not product}
        for known, names in _companies():
            bearer = next((held[words] for name in names if (words := _words(name)) in held), known)
            for name in names:
                if _words(name) not in held:
                    self._add(name, bearer, product=False)

    def _add(self, name: str, known: Known, *, product: bool) -> None:
        words = _words(name)
        if not words or (len(words) == 1 and len(words[0]) < 2):
            return
        rows = self.names.setdefault(words[0], [])
        if (words, known, product) not in rows:
            rows.append((words, known, product))

    def find(self, tokens: list[Token], start: int) -> Match | None:
        """Return the longest name that begins at a token, if it is capitalised as a name."""
        first = tokens[start]
        rows = self.names.get(first.low)
        if rows is None:
            return None
        for words, known, is_product in rows:
            if not first.is_capitalised and len(words) < 3:
                continue
            if not known.is_registered and not _as_written(first, words):
                continue
            end = start + len(words)
            if len(words) == 1 or tuple(t.low for t in tokens[start:end]) == words:
                return Match(start, end, known, is_product)
        return None


def _as_written(first: Token, words: tuple[str, ...]) -> bool:
    """Whether a well-known short name is written as it is: "ING", not "Ing"."""
    return len(words) > 1 or len(first.text) > _SHORT or first.text.isupper() or first.text.istitle() is False


#: A name of so many letters is an initialism, and written in capitals.
_SHORT = 4


def _words(name: str) -> tuple[str, ...]:
    return tuple(t.low for t in tokenize(name.removeprefix("The ")) if t.is_word)


def _display_name(party: Party, products: Iterable[str]) -> str:
    """Return the name used in prose: the plainest alias, else the name without its legal form."""
    plain = without_legal_form(party.name)
    inside = [
        a for a in party.aliases if a.casefold() in party.name.casefold() and a not in products and len(a) > 3
    ]
    mixed = [a for a in party.aliases if len(a) > 3 and a not in products and not a.isupper()]
    if inside:
        return max(inside, key=len) if len(max(inside, key=len)) <= len(plain) else plain
    return plain if len(plain) <= 30 or not mixed else mixed[0]
