"""Debt service: what runs back to the lender of a loan or the holders of a bond."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.records import Kind
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.timing import Spread
from loopledger.units import Interval, Quarter

__all__ = ["Service", "service"]


@dataclass(frozen=True, slots=True)
class Service:
    """The debt service of one quarter, [USD], and the interest in it."""

    amount: Interval
    interest: Interval

    def __add__(self, other: Service) -> Service:
        return Service(self.amount + other.amount, self.interest + other.interest)


def service(
    kind: Kind, principal: Interval, drawn: Spread, n_quarters: int, assumptions: Assumptions
) -> tuple[list[tuple[Quarter, Service]], tuple[str, ...]]:
    """Return the debt service by quarter.

    Parameters
    ----------
    kind : Kind
        A loan repays in equal parts from the quarter after the draw; a bond repays at maturity.
    principal : Interval
        [USD].
    drawn : Spread
        When the principal is drawn.
    n_quarters : int
        From draw to maturity.
    assumptions : Assumptions

    Returns
    -------
    payments : list of (Quarter, Service)
        [USD] interest and repayment together, and the interest.
    used : tuple of str
        Names of the assumptions.

    Notes
    -----
    Interest is charged each quarter on what is outstanding at its beginning, at a quarter of the yearly
    rate. Low principal meets the low rate, high the high one.
    """
    name = f"rate.{kind.value}"
    rate = assumptions.range(name)
    payments: dict[Quarter, Service] = {}
    for draw, share in drawn.shares:
        for k in range(1, n_quarters + 1):
            bullet = kind is Kind.BOND
            outstanding = 1.0 if bullet else 1.0 - (k - 1) / n_quarters
            repaid = (1.0 if k == n_quarters else 0.0) if bullet else 1.0 / n_quarters
            interest = principal.scaled(share * outstanding / 4).times(rate)
            part = Service(principal.scaled(share * repaid) + interest, interest)
            quarter = draw.shifted(k)
            payments[quarter] = payments[quarter] + part if quarter in payments else part
    return sorted(payments.items(), key=lambda item: item[0]), (name,)
