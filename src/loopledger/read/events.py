"""Events: one promise as one clause states it, before sentences are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from loopledger.read.discourse import Entity
from loopledger.read.items import NounPhrase
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import Act, Frame, Pays
from loopledger.read.quantities import Figure
from loopledger.read.segment import Sentence
from loopledger.records import Firmness, Kind, Status

__all__ = ["Event"]


@dataclass(slots=True, eq=False, kw_only=True)
class Event:
    """What one clause says about one promise.

    Parameters
    ----------
    doer, other : list of Entity
        Who acts, and the counterparty; empty while unknown.
    content : list of NounPhrase
        What is promised, the object first.
    money, power, count : Figure or None
    item, last : int
        Numbers of the first and last item of the clause it was read from.
    modal : str
        "may", "could" and the like.
    is_copy : bool
        Whether it was made from another by a list: "and Y $5 million".
    """

    sentence: Sentence
    frame: Frame
    trigger: str
    item: int
    last: int
    doer: list[Entity] = field(default_factory=list)
    other: list[Entity] = field(default_factory=list)
    content: list[NounPhrase] = field(default_factory=list)
    links: list[tuple[str, list[Entity]]] = field(default_factory=list)
    targets: list[Entity] = field(default_factory=list)
    exchanged: NounClass | None = None
    money: Figure | None = None
    power: Figure | None = None
    count: Figure | None = None
    counted: str = ""
    term: Decimal | None = None
    modal: str = ""
    is_negated: bool = False
    is_past: bool = False
    is_perfect: bool = False
    is_present: bool = False
    is_nominal: bool = False
    is_copy: bool = False
    is_anaphoric: bool = False
    start: int = 0
    end: int = 0
    kind: Kind | None = None
    payers: list[Entity] = field(default_factory=list)
    payee: Entity | None = None
    status: Status = Status.ANNOUNCED
    firmness: Firmness = Firmness.BINDING
    products: list[str] = field(default_factory=list)
    suppliers: list[Entity] = field(default_factory=list)
    extra: list[tuple[Sentence, int, int]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    said: str = ""  # the words of its verb or noun
    unnamed: int = 0  # how many act who are not named yet: "three banks"
    refused: str = ""
    is_painted: bool = False

    @property
    def act(self) -> Act:
        """What is done."""
        return self.frame.act

    @property
    def pays(self) -> Pays:
        """Which side pays, as far as the verb tells."""
        return self.frame.pays

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its sum, capacity and count, as far as they are known, in this order."""
        return tuple(f for f in (self.money, self.power, self.count) if f is not None)

    @property
    def has_quantity(self) -> bool:
        """Whether a sum, a capacity or a count is known."""
        return bool(self.figures)

    def classes(self) -> list[NounClass]:
        """Return the classes of what is promised, the object first."""
        from loopledger.read.content import noun_class  # noqa: PLC0415

        return [c for np in self.content if (c := noun_class(np)) is not None]
