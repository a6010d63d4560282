"""How far a promise has come and how firmly, as a verb before an infinitive."""

from __future__ import annotations

from collections.abc import Mapping

from loopledger.records.instrument import Firmness, Status

__all__ = ["said"]

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
    elif status in _SIGNED and firmness is Firmness.OPTION:
        verb = "obtained the option to"
    return verb, rest
