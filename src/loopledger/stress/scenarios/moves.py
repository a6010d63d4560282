"""A buyer that goes elsewhere, as a scenario of its own."""

from __future__ import annotations

from pydantic import ValidationError

from loopledger.errors import NotFoundError, plain_words
from loopledger.stress.scenarios.record import Scenario

__all__ = ["move_demand"]


def move_demand(text: str) -> Scenario:
    """Return the scenario of ``BUYER:FROM:TO`` or ``BUYER:FROM:TO:SHARE``, from the first quarter on.

    Parameters
    ----------
    text : str
        Party ids, and the share of what the contracts allow, 1 by default.

    Raises
    ------
    NotFoundError
        If the text is not of that form, or the share not from 0 to 1.
    """
    parts = text.split(":")
    msg = f"{text!r} names no move"
    hint = "BUYER:FROM:TO[:SHARE], for instance openai:microsoft:google:0.5"
    if len(parts) not in (3, 4) or not all(parts):
        raise NotFoundError(msg, hint=hint)
    buyer, leaves, to, *share = parts
    try:
        shock = {
            "kind": "demand_moves", "target": buyer, "leaves": leaves, "to": to,
            "size": float(share[0]) if share else 1.0,
        }  # fmt: skip
        return Scenario.model_validate(
            {
                "id": "move",
                "name": f"{buyer} moves from {leaves} to {to} what contracts allow",
                "shocks": [shock],
            }
        )
    except ValidationError as error:
        msg = f"{msg}: {plain_words(error.errors()[0]['msg'])}"
        raise NotFoundError(msg, hint=hint) from None
    except ValueError:
        raise NotFoundError(msg, hint=hint) from None
