"""Which side of a deal pays when its verb does not tell: by roles, sites and trades."""

from __future__ import annotations

from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import SIDES, UPSTREAM
from loopledger.records import Kind, Role

__all__ = ["SELLERS", "SITES", "first_buys"]

#: Those that are paid for goods or work.
SELLERS = words("supplier vendor seller contractor landlord manufacturer distributor shipyard")
#: Where space is let.
SITES = words("campus site centre center building hall park facility complex data-centre data-center")


def _own_site(event: Event) -> bool:
    """Whether the space is the subject's own: "has signed a lease for *its* campus with Y"."""
    return any(np.head in SITES and np.determiner == "its" and np.possessor is None for np in event.content)


#: Trades and roles of those who sell, of those who let, of those who make power.
_SELLING = frozenset({Role.DATACENTER, Role.ENERGY, Role.EQUIPMENT, Role.CHIPMAKER, Role.NEOCLOUD})
_SELLS = SELLERS | words(
    "maker developer utility generator provider builder operator producer shipowner host"
)
_LETS = words("landlord lessor developer shipowner operator miner")
_GENERATES = words("utility generator power-company power-producer energy-company energy-group")


def _sells(parties: list[Entity], *, lets: bool, power: bool) -> bool:
    """Whether the first of some parties lives by selling, or letting, what contracts are about."""
    if not parties:
        return False
    roles: frozenset[Role] = _SELLING
    traits = _SELLS
    if lets:
        roles, traits = frozenset({Role.DATACENTER, Role.NEOCLOUD}), _LETS
    elif power:
        roles, traits = frozenset({Role.ENERGY}), _GENERATES
    return parties[0].role in roles or bool(traits & parties[0].traits)


_FUNDS = words("bank lender investor fund")


def first_buys(event: Event) -> bool:
    """Whether the subject of a deal is its buyer, judged by the trades of the two sides."""
    if event.kind in (Kind.LOAN, Kind.EQUITY_INVESTMENT, Kind.BOND):
        funds = [e.role in (Role.LENDER, Role.INVESTOR) or bool(_FUNDS & e.traits) for e in event.other]
        return not any(funds)
    named = [(SIDES[r], i) for i, side in enumerate((event.other, event.doer)) for e in side
             for r in SIDES if f"as {r}" in e.traits]  # fmt: skip
    if named:
        return (named[0][0] == "payee") is (named[0][1] == 0)
    mine = [UPSTREAM.get(e.role) for e in event.doer if e.role is not None]
    theirs = [UPSTREAM.get(e.role) for e in event.other if e.role is not None]
    if mine and theirs and mine[0] is not None and theirs[0] is not None and mine[0] != theirs[0]:
        return mine[0] < theirs[0]
    low = UPSTREAM[Role.MODEL_DEVELOPER]
    if mine and mine[0] is not None and not theirs and mine[0] <= low:
        return True
    if theirs and theirs[0] is not None and not mine and theirs[0] <= low:
        return False
    lets = event.kind is Kind.LEASE
    if lets and _own_site(event):
        return False
    power = NounClass.POWER in event.classes()
    makes = _sells(event.doer, lets=lets, power=power), _sells(event.other, lets=lets, power=power)
    if event.other and makes[0] != makes[1]:
        return makes[1]
    words = {w for np in event.content for w in np.words}
    if {"sales", "sale"} & words and "purchase" not in words:
        return False
    if words & {"supply", "hosting"} and "purchase" not in words:
        sides = [e for e in event.other if "payer" in e.sides]
        return not sides
    return True
