"""Choosing instruments by payer, payee and deal, so that their sums can be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loopledger.errors import NotFoundError
from loopledger.records import OUTSIDE
from loopledger.register.snapshot import Snapshot
from loopledger.register.suggest import suggest

__all__ = ["Selection", "select"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The instruments of a payer, of a payee and of a deal, where each is given."""

    payer: str | None = None
    payee: str | None = None
    deal: str | None = None
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        given = [("payer", self.payer), ("payee", self.payee), ("deal", self.deal)]
        return ", ".join(f"{name} {value}" for name, value in given if value) or "all instruments"


def _require(id_: str | None, known: Iterable[str], what: str) -> None:
    names = set(known)
    if id_ is not None and id_ not in names:
        msg = f'no {what} "{id_}" is known on that day'
        raise NotFoundError(msg, hint=suggest(id_, names))


def select(
    snapshot: Snapshot, *, payer: str | None = None, payee: str | None = None, deal: str | None = None
) -> Selection:
    """Return the instruments that fit everything that is given.

    Parameters
    ----------
    snapshot : Snapshot
    payer, payee : str, optional
        Ids of parties; of a joint figure each party counts.
    deal : str, optional

    Raises
    ------
    NotFoundError
        If no such party or deal is known on the day.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> select(load_register(TEACHING).known_on(date(2026, 3, 1)), payer="fjord").ids
    ('fjord-larkspur-equity', 'fjord-corvid-supply')
    """
    if payer is not None or payee is not None:
        parties = {*snapshot.named_parties(), OUTSIDE}
        _require(payer, parties, "party")
        _require(payee, parties, "party")
    _require(deal, snapshot.deals, "deal")
    ids = tuple(
        id_
        for id_, instrument in snapshot.instruments.items()
        if (payer is None or payer in instrument.payers)
        and (payee is None or payee in instrument.payees)
        and (deal is None or snapshot.deal_ids[id_] == deal)
    )
    return Selection(payer=payer, payee=payee, deal=deal, ids=ids)
