"""How far a promise has come and how firmly, as a verb before an infinitive."""

from __future__ import annotations

from collections.abc import Mapping

from loopledger.records.instrument import Firmness, Status

__all__ = ["said", "weaker"]

#: A verb before an infinitive, and what follows the infinitive.
_BY_STATUS: Mapping[Status, tuple[str, str]] = {
    Status.RUMOURED: ("reportedly planned to", ""),
    Status.IN_TALKS: ("held talks to", ""),
    Status.LETTER_OF_INTENT: ("signed a letter of intent to", ""),
    Status.ANNOUNCED: ("undertook to", ""),
    Status.DEFINITIVE: ("agreed to", ""),
    Status.EFFECTIVE: ("agreed to", ""),
    Status.AMENDED: ("agreed to", ", as amended"),
    Status.COMPLETED: ("agreed to", ", reported as completed"),
    Status.CANCELLED: ("had agreed or planned to", ", since called off"),
}
#: What is announced and not yet signed, by how firmly: "has committed" is more than a plan, "may" is less.
_ANNOUNCED: Mapping[Firmness, str] = {
    Firmness.CONDITIONAL: "undertook, on conditions, to",
    Firmness.OPTION: "may",
    Firmness.NON_BINDING: "announced plans to",
}
_SIGNED = frozenset({Status.DEFINITIVE, Status.EFFECTIVE, Status.AMENDED})
#: What is signed and binds nobody to all of it.
_SIGNED_LOOSELY: Mapping[Firmness, str] = {
    Firmness.CONDITIONAL: "agreed, on conditions, to",
    Firmness.OPTION: "obtained the option to",
    Firmness.NON_BINDING: "agreed, without being bound, to",
}
#: What is no undertaking yet, and what is less than a plain one, the weakest first.
_TENTATIVE = (Status.RUMOURED, Status.IN_TALKS, Status.LETTER_OF_INTENT)
_LOOSE = (Firmness.NON_BINDING, Firmness.OPTION, Firmness.CONDITIONAL)


def said(status: Status, firmness: Firmness) -> tuple[str, str]:
    """Return the verb before the infinitive of a promise, and what follows.

    Examples
    --------
    >>> said(Status.ANNOUNCED, Firmness.OPTION), said(Status.AMENDED, Firmness.BINDING)
    (('may', ''), ('agreed to', ', as amended'))
    >>> said(Status.DEFINITIVE, Firmness.OPTION)[0]
    'obtained the option to'
    """
    verb, rest = _BY_STATUS[status]
    if status is Status.ANNOUNCED:
        verb = _ANNOUNCED.get(firmness, verb)
    elif status in _SIGNED:
        verb = _SIGNED_LOOSELY.get(firmness, verb)
    return verb, rest


def weaker(one: tuple[Status, Firmness], other: tuple[Status, Firmness]) -> tuple[Status, Firmness] | None:
    """Return which of two accounts of one promise says less, or None where both are undertakings or equally weak.

    Parameters
    ----------
    one, other : tuple of Status and Firmness

    Notes
    -----
    From weak to strong: a rumour, talks, a letter of intent, a plan that binds nobody, an option, an undertaking on
    conditions, an undertaking. One that needs a trigger, a guarantee for instance, is an undertaking.

    Examples
    --------
    >>> weaker((Status.ANNOUNCED, Firmness.BINDING), (Status.ANNOUNCED, Firmness.OPTION))[1].value
    'option'
    >>> weaker((Status.ANNOUNCED, Firmness.BINDING), (Status.EFFECTIVE, Firmness.CONTINGENT)) is None
    True
    """
    if _strength(*one) == _strength(*other):
        return None
    return min(one, other, key=lambda account: _strength(*account))


def _strength(status: Status, firmness: Firmness) -> int:
    if status in _TENTATIVE:
        return _TENTATIVE.index(status)
    loose = _LOOSE.index(firmness) if firmness in _LOOSE else len(_LOOSE)
    return len(_TENTATIVE) + loose
