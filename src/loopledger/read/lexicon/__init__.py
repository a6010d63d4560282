"""The words that the reader knows: tables to which a newcomer adds a word.

============  ==========================================================================
table         what it tells
============  ==========================================================================
``verbs``     who pays, and what kind of promise a verb makes
``nominals``  nouns that act like verbs ("an investment by X in Y")
``nouns``     what is promised: goods, services, shares, debt, or a mere figure
``roles``     what a description says about an organisation ("the chipmaker")
``cues``      how sure a promise is, and what is no promise at all
``names``     capitalised words that are no organisation, and endings that mark one
``closed``    the closed classes of English
============  ==========================================================================

Hedges, numbers, currencies and units ("as much as", "a dozen", "yen") stand in ``units.words``.
"""

from __future__ import annotations

__all__ = ["words"]


def words(text: str) -> frozenset[str]:
    """Return the words of a table that is written as one text."""
    return frozenset(text.split())
