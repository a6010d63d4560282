"""The payments of a loop as a picture takes them, and their table twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import NO_PRICE, check_range, format_range, format_short
from loopledger.report.figures.style import FUNDING_TONES, OTHER_TONE, PURCHASE_TONES
from loopledger.report.figures.text import clean

__all__ = ["BASIS", "LoopLeg", "loop_table", "sentence", "tone_of"]

Style = Literal["contracted", "derived", "contingent"]
Role = Literal["funding", "purchase", "other"]
Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]

#: What a leg rests on, in words.
BASIS: dict[str, str] = {
    "contracted": "as stated",
    "derived": "derived, no public contract",
    "contingent": "contingent, paid only if called",
}
_TONES: dict[str, str] = {"funding": FUNDING_TONES[0], "purchase": PURCHASE_TONES[0], "other": OTHER_TONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLeg:
    """One payment of a loop.

    Parameters
    ----------
    payer, payee : str
        Names as printed; the same name is the same party.
    low, central, high : float or None
        Amount [units of the currency]; all None when nobody has published one.
    label : str
        Kind in words, for instance ``equity`` or ``compute commitment``.
    style : {'contracted', 'derived', 'contingent'}
        What the payment rests on.
    ids : tuple of str
        Register ids behind it; each is drawn as a link to ``#id``.
    href : str
        Address that the band leads to; empty for none.
    role : {'funding', 'purchase', 'other'}
        Which way the money goes: it colours the band.

    Raises
    ------
    ModelError
        If payer and payee are the same, the style is unknown, or the amounts are out of order.
    """

    payer: str
    payee: str
    low: float | None
    central: float | None
    high: float | None
    label: str
    style: Style = "contracted"
    ids: tuple[str, ...] = ()
    href: str = ""
    role: Role = "other"

    def __post_init__(self) -> None:
        what = f"leg from {self.payer!r} to {self.payee!r}"
        if not clean(self.payer) or not clean(self.payee) or self.payer == self.payee:
            msg = f"{what}: a leg runs between two named parties"
            raise ModelError(msg)
        if self.style not in BASIS or self.role not in _TONES:
            msg = f"{what}: unknown style {self.style!r} or role {self.role!r}"
            raise ModelError(msg)
        check_range(self.low, self.central, self.high, what=what)


def tone_of(leg: LoopLeg) -> str:
    """Return the colour family of a leg."""
    return _TONES[leg.role]


def sentence(leg: LoopLeg, unit: str) -> str:
    """Return a leg in words, without a full stop."""
    amount = format_range(leg.low, leg.central, leg.high, unit)
    kind = f"{clean(leg.label)}, " if clean(leg.label) else ""
    return f"{clean(leg.payer)} pays {clean(leg.payee)} {amount}: {kind}{BASIS[leg.style]}"


def loop_table(legs: Sequence[LoopLeg], *, unit: str = "USD") -> Table:
    """Return the table twin of a loop picture: a header and one row a leg.

    Parameters
    ----------
    legs : sequence of LoopLeg
        As given to the picture.
    unit : str
        Currency of all amounts, ISO 4217.
    """
    header = ("Payer", "Payee", "Kind", "Low", "Central", "High", "Basis", "Instruments")
    rows = tuple(
        (
            clean(leg.payer),
            clean(leg.payee),
            clean(leg.label),
            *(
                NO_PRICE if value is None else format_short(value, unit)
                for value in (leg.low, leg.central, leg.high)
            ),
            BASIS[leg.style],
            ", ".join(clean(identifier) for identifier in leg.ids),
        )
        for leg in legs
    )
    return header, rows
