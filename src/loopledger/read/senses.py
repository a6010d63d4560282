"""Verbs of several meanings: which one is meant, told by their objects and partners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loopledger.read.clauses import Dependents
from loopledger.read.content import noun_class
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase, Tag, is_party
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.nouns import SIGNED, NounClass
from loopledger.read.lexicon.verbs import FRAMES, Act, Frame, Pays

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames

#: "signed X as a customer": X pays.
_AS_BUYER = re.compile(
    r"\bas\s+(?:an?|its|the|their)\s+(?:[\w-]+\s+){0,2}?(?:customer|client|tenant|buyer|lessee)\b"
)
#: "signed up X as a supplier": X is paid.
_AS_SELLER = re.compile(
    r"\bas\s+(?:[\w-]+\s+){0,4}?(?:supplier|contractor|provider|lender|landlord|partner|advis[eo]r|vendor|builder)\b"
    r"|\bto\s+(?:supply|build|provide|deliver|make|host|run|sell|manage|finance)\b"
)
#: As what those sign who are paid.
_PAID_ROLES = frozenset(
    f"as {role}" for role in ("borrower", "issuer", "landlord", "lessor", "seller", "supplier", "vendor")
)
#: Verbs whose subject has got an order when "from" follows.
_TELLING = frozenset(
    {"report", "announce", "disclose", "have", "add", "unveil", "reveal", "describe", "include", "file"}
)
#: Light verbs whose subject is the lender: "makes a loan".
_LENDING = frozenset({"make", "extend", "open", "provide"})


def is_promise(event: Event) -> bool:
    """Whether a verb of several meanings has the one that promises."""
    classes = set(event.classes())
    if event.trigger.split()[0] in ("have", "carry") and event.act is Act.LEND and not event.other:
        return any(p in ("from", "with") for p, _ in event.links)  # "has $5 million of debt"
    if event.trigger == "put" and any(p == "at" for p, _ in event.links):
        return False
    if event.trigger == "put" and event.content and noun_class(event.content[0]) is NounClass.METRIC:
        return False  # "put the cost at $5 billion"
    if event.trigger == "join":
        return bool(event.content) and noun_class(event.content[0]) in (
            NounClass.EQUITY,
            NounClass.LOAN,
            NounClass.DEAL,
        )
    if event.trigger == "cover":
        return bool({NounClass.LOAN, NounClass.LEASE} & classes)
    if event.act is Act.ISSUE:
        return bool({NounClass.BOND, NounClass.WARRANT, NounClass.SHARES, NounClass.EQUITY} & classes)
    return event.act is not Act.SIGN or _signs_something(event)


def first_named(frames: SentenceFrames, i: int, event: Event) -> list[Entity]:
    """Whose debt is guaranteed: the first party named after the verb."""
    for item in frames.items[i + 1 :]:
        if isinstance(item, NounPhrase):
            for np in (item.possessor, item):
                if np is not None and np.entity is not None and np.entity not in event.doer:
                    return [np.entity]
    return []


#: "X has persuaded Y to prepay $5 million": Y deals with X.
_INDUCING = frozenset(
    {
        "persuade",
        "convince",
        "hire",
        "tap",
        "commission",
        "appoint",
        "select",
        "choose",
        "pick",
        "engage",
        "mandate",
    }
)


def hirer(frames: SentenceFrames, i: int) -> list[Entity]:
    """Read "X has been hired *by Y* to build": who governs an infinitive in the passive."""
    if not frames.clauses.verb(i).is_infinitive:
        return []
    above = [k for k in frames.clauses.verbs() if k < i]
    if not above:
        return []
    outer = frames.clauses.verb(above[-1])
    if not outer.is_passive:
        induced = outer.lemma in _INDUCING and isinstance(frames.items[above[-1] + 1], NounPhrase)
        subject = frames.clauses.subject(above[-1]) if induced else None
        return frames.resolver.resolve(subject) if subject is not None and is_party(subject) else []
    for preposition, np, index in frames.clauses.dependents(above[-1]).phrases:
        if preposition == "by" and index < i and is_party(np):
            return frames.resolver.resolve(np)
    return []


def seller(frames: SentenceFrames, event: Event) -> list[Entity]:
    """Read "Its first cluster has been sold": the owner sells."""
    for np in event.content[:1]:
        if np.possessor is not None and is_party(np.possessor):
            return frames.resolver.resolve(np.possessor)
        if np.determiner in ("its", "their"):
            return frames.resolver.resolve(
                NounPhrase(Tag.NP, np.start, np.end, pronoun="it" if np.determiner == "its" else "they")
            )
    return []


def _signs_something(event: Event) -> bool:
    return any(c in SIGNED for c in event.classes()) or (
        event.has_quantity and event.act is Act.SIGN and event.trigger != "reach"
    )


def is_exercise(frames: SentenceFrames, i: int) -> bool:
    """Whether an infinitive only says what a warrant or option is for."""
    before = frames.items[i - 1] if i else None
    return (
        frames.clauses.verb(i).is_infinitive and isinstance(before, NounPhrase)
        and (noun_class(before) is NounClass.WARRANT or before.head in ("option", "right"))
    )  # fmt: skip


def only_sizes(chosen: tuple[Frame, str], subject: NounPhrase | None) -> bool:
    """Whether a verb only says how large its subject is: "the deal will bring in $5 million"."""
    frame, trigger = chosen
    if subject is not None and is_party(subject):
        return False
    deal = subject is not None and subject.head in NOMINALS
    provides = trigger.split()[0] == "provide" and deal  # "an agreement providing for a facility"
    return trigger == "add" or provides or (frame.act in (Act.RAISE, Act.GET) and deal)


def choose_sense(event: Event, deps: Dependents) -> None:
    """Take "funds it with a loan" and "has agreed a loan with X" for borrowing."""
    sum_from = event.trigger in ("fund", "finance", "refinance") and any(
        p == "from" for p, _, _ in deps.phrases
    )
    sum_from = sum_from and any(p == "with" and np.figure is not None for p, np, _ in deps.phrases)
    lends_through = sum_from or (
        event.trigger in ("fund", "finance", "refinance", "pay")
        and any(
            p in ("with", "through", "by", "from") and noun_class(np) is NounClass.LOAN
            for p, np, _ in deps.phrases
        )
    )
    if lends_through:
        event.frame = FRAMES["borrow"]
        deps.objects.clear()
    fetched = event.act is Act.LEND and any(p == "from" and is_party(np) for p, np, _ in deps.phrases)
    things = [*deps.objects, *(np for p, np, _ in deps.phrases if p in ("of", "in"))]
    if fetched and any(noun_class(np) is NounClass.LOAN for np in things):
        event.frame = FRAMES["borrow"]  # "has arranged $5 million of debt from X"
    sources = [p for p, np, _ in deps.phrases if is_party(np)]
    told = event.act is Act.INVEST and event.trigger.split()[0] in _TELLING and " " in event.trigger
    if told and sources[:1] == ["from"]:
        event.frame = FRAMES["raise"]  # "announced an investment of $5 million from Y"
    giver = next((np for p, np, _ in deps.phrases if p == "by" and is_party(np)), None)
    if event.trigger.endswith(" award") and giver is not None:
        event.frame = FRAMES["win"]  # "announced the award of a contract by Y"
    if event.act is Act.BUY and event.trigger.endswith(" order") and event.trigger.split()[0] in _TELLING:
        given = [p for p, np, _ in deps.phrases if is_party(np) or not np.figures]
        if given[:1] == ["from"]:
            event.frame = FRAMES["win"]  # "reported a $5 million order from Y"
    light = event.act is Act.LEND and " " in event.trigger and event.trigger.split()[0] not in _LENDING
    if light:
        partner = any(p in ("with", "from") and is_party(np) for p, np, _ in deps.phrases)
        if partner and not any(p == "to" and is_party(np) for p, np, _ in deps.phrases):
            event.frame = FRAMES["borrow"]


def settle_sense(  # noqa: C901  (one branch for each construction)
    frames: SentenceFrames, event: Event, *, passive: bool
) -> None:
    """Choose between senses by what was found, and fill a side that the construction tells."""
    if event.act is Act.BORROW and event.money is None and event.power is not None:
        event.frame = FRAMES["buy"]  # "draw 500 megawatts from X"
    if event.act is Act.GUARANTEE and not event.other:
        event.other = first_named(frames, event.item, event)
    meant = any(np.pronoun in ("them", "these", "those") for np in event.content)
    if meant or (event.count is not None and event.counted == "unit"):
        event.rules.append("goods meant")
    if not event.other and not passive:
        event.other = [e for e in hirer(frames, event.item) if e not in event.doer]
    if event.trigger in ("build", "construct") and event.power is not None and not event.other:
        event.frame = FRAMES["deploy"]
    if event.trigger in ("sign", "win", "land", "sign+up") and _AS_BUYER.search(
        event.sentence.text, event.start, event.end
    ):
        event.frame, event.other, event.targets = FRAMES["sell"], event.other or event.targets, []
    customers = event.targets or (event.other if event.act is Act.PLACE else [])
    hired = _AS_SELLER.search(event.sentence.text, event.start, event.end + 60)
    if (
        event.trigger in ("sign", "sign+up")
        and customers
        and event.has_quantity
        and not hired
        and not passive
    ):
        event.frame, event.other, event.targets = FRAMES["sell"], customers, []  # "has signed up Y for"
    served = next((e for p, e in event.links if p == "for" and e), [])
    if (
        event.trigger in ("install", "deploy", "build+out", "stand+up")
        and not event.other
        and served
        and not passive
    ):
        event.frame, event.other = FRAMES["supply"], served  # "will install its machines for Y"
    to = next((e for p, e in event.links if p == "to" and e), [])
    if event.act is Act.RENT and not event.other and to:
        event.frame, event.other = FRAMES["let"], to
    if event.act in (Act.SELL, Act.LET, Act.BORROW) and passive and not event.doer:
        event.doer = seller(frames, event)
    _settle_sides(event, passive=passive, reduced=frames.clauses.verb(event.item).is_bare)


def by_role(event: Event) -> None:
    """Part those who sign by what they sign as: "X, as lender, and Y, as borrower"."""
    paid = [e for e in event.doer if e.traits & _PAID_ROLES]
    paying = [e for e in event.doer if e not in paid]
    if paid and paying:
        event.doer, event.other, event.frame = paying, paid, FRAMES["commit"]
        event.rules.append("roles named")


def _settle_sides(event: Event, *, passive: bool, reduced: bool) -> None:
    part = event.act is Act.INVEST and bool(event.content) and noun_class(event.content[0]) is NounClass.DEAL
    definite = not reduced or (
        bool(event.content) and (event.content[0].is_definite or event.content[0].is_plural)
    )
    signed = (event.act is Act.SIGN and definite) or event.trigger == "owe"
    if passive and (signed or part) and not event.doer and not event.other:
        event.is_nominal = event.is_anaphoric = True  # "the contracts signed under it", "sums are owed"
    if event.pays is Pays.ROLES and not event.other:
        by_role(event)
    alone = not any(p in ("for", "to", "with") for p, _ in event.links)
    if (
        (event.pays is Pays.ROLES or event.act is Act.RENT)
        and len(event.doer) == 2
        and not event.other
        and alone
    ):
        event.doer, event.other = event.doer[:1], event.doer[1:]
