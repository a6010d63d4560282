"""Words for records: the same phrase for the same fact, everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from loopledger.records import KINDS, Draft, Firmness, Status, said
from loopledger.report.figures import format_short
from loopledger.schedule import Promise
from loopledger.units import Amount, Bound, Capacity, Quarter, format_capacity

__all__ = [
    "agreed",
    "draft_line",
    "in_runs",
    "join",
    "plural",
    "say_amount",
    "say_day",
    "say_quantity",
    "say_status",
]

_HEDGE = {
    Bound.EXACT: "{}",
    Bound.ABOUT: "about {}",
    Bound.UP_TO: "up to {}",
    Bound.AT_LEAST: "at least {}",
}

_STATUS = {
    Status.RUMOURED: "rumoured",
    Status.IN_TALKS: "in talks",
    Status.LETTER_OF_INTENT: "letter of intent",
    Status.ANNOUNCED: "announced",
    Status.DEFINITIVE: "definitive agreement",
    Status.EFFECTIVE: "in effect",
    Status.AMENDED: "amended",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
}


def join(names: Iterable[str]) -> str:
    """Return names as prose: ``A``, ``A and B``, ``A, B and C``."""
    listed = list(names)
    return (
        listed[0]
        if len(listed) == 1
        else f"{', '.join(listed[:-1])} and {listed[-1]}"
        if listed
        else "nobody"
    )


def in_runs(dates: tuple[Quarter | None, Quarter | None, Quarter | None]) -> str:
    """Return when something happens in the runs mild, central and severe: the central run, and where the others differ.

    Parameters
    ----------
    dates : tuple of Quarter or None
        None where it does not happen.
    """
    mild, central, severe = (f"in {one}" if one is not None else "" for one in dates)
    if mild == central == severe:
        return f"{central} in all three runs" if central else "in none of the three runs"
    others = {"severe": severe, "mild": mild}
    if not central:
        return "only " + join(f"in the {run} run, {one}" for run, one in others.items() if one)
    differ = join(f"{one or 'never'} in the {run} run" for run, one in others.items() if one != central)
    return f"{central} ({differ})"


def plural(number: int, noun: str) -> str:
    """Return the noun that fits a number: ``promise`` for one, ``promises`` else."""
    return noun if number == 1 else f"{noun}s"


def say_day(day: date) -> str:
    """Return a day as printed in reports."""
    return day.isoformat()


def say_amount(amount: Amount) -> str:
    """Return a stated amount in prose, with its hedge."""
    if amount.bound is Bound.RANGE:
        low = format_short(float(amount.low), amount.currency)
        return f"{low} to {format_short(float(amount.high), amount.currency)}"
    return _HEDGE[amount.bound].format(format_short(float(amount.low), amount.currency))


def say_capacity(capacity: Capacity) -> str:
    """Return a stated capacity in prose, with its hedge."""
    return format_capacity(capacity)


def say_quantity(promise: Promise) -> str:
    """Return what is promised as its source states it: the sum, else the capacity, else the number of things."""
    if promise.amount is not None:
        return say_amount(promise.amount)
    if promise.capacity is not None:
        return say_capacity(promise.capacity)
    if promise.units is not None:
        return f"{promise.units.count:,f} {promise.units.of}"
    return "an undisclosed sum"


def agreed(promise: Promise, payee: str, amount: str, account: tuple[Status, Firmness] | None = None) -> str:
    """Return the predicate of a promise: ``agreed to invest up to $15.0bn in Anthropic``.

    Parameters
    ----------
    promise : Promise
    payee, amount : str
        In words.
    account : tuple of Status and Firmness, optional
        How far it has come and how firmly, where that is told otherwise than by the promise itself.
    """
    verb, rest = said(*(account or (promise.status, promise.firmness)))
    return f"{verb} {KINDS[promise.kind].phrase.format(amount=amount, payee=payee)}{rest}"


def say_status(status: Status) -> str:
    """Return a status in words."""
    return _STATUS[status]


def draft_line(draft: Draft) -> str:
    """Return a draft on one line: who, whom, what, how much, how firm."""
    payers = join(ref.name for ref in draft.payers)
    payee = draft.payee.name if draft.payee else "nobody named"
    figures = [say_amount(draft.amount)] if draft.amount else []
    figures += [say_capacity(draft.capacity)] if draft.capacity else []
    figures += [f"{draft.units.count:,f} {draft.units.of}"] if draft.units else []
    figures += [f"{draft.term_years.normalize():f} years"] if draft.term_years else []
    quantity = ", ".join(figures) or "no quantity"
    how = say_status(draft.status) + (", an option" if draft.firmness is Firmness.OPTION else "")
    return f"{KINDS[draft.kind].noun}: {payers} to {payee}, {quantity} ({how})"
