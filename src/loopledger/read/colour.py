"""How sure and how far along a promise is, from the words around it."""

from __future__ import annotations

import re

from loopledger.read.events import Event
from loopledger.read.lexicon.cues import FIRMNESS, STATUS, any_phrase
from loopledger.read.lexicon.verbs import FRAMES, Act
from loopledger.read.segment import Sentence
from loopledger.records import Firmness, Kind, Status

__all__ = ["Colour"]

_CUES = {status: any_phrase(phrases) for status, phrases in STATUS.items()}
_FIRM = {firmness: any_phrase(phrases) for firmness, phrases in FIRMNESS.items()}
_CONDITION = re.compile(r"\b(?:conditional|subject to|contingent)\b", re.IGNORECASE)
_WEAK = (Firmness.NON_BINDING, Firmness.CONDITIONAL, Firmness.OPTION)
_PLANNED = re.compile(
    r"\b(?:will|would|plans?|intends?|to be|is to|are to|expects?|agreed|agrees)\b", re.IGNORECASE
)
_DONE_ACTS = frozenset(
    {
        Act.INVEST,
        Act.BUY,
        Act.LEND,
        Act.ISSUE,
        Act.GIVE,
        Act.SELL,
        Act.PAY,
        Act.GET,
        Act.BORROW,
        Act.RAISE,
        Act.ACQUIRE,
        Act.SPEND,
    }
)
_COMPLETED = any_phrase(
    [
        "completed",
        "completes",
        "closed",
        "closes",
        "has closed",
        "consummated",
        "settled",
        "was paid",
        "has been paid",
        "at closing",
    ]
)
#: Kinds that are carried out at a stroke; a contract that was "bought" is only signed.
_AT_A_STROKE = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.WARRANT, Kind.ACQUISITION})


class Colour:
    """The colour of a document, and of each promise in it.

    Parameters
    ----------
    lead : str
        Headline and first sentences: a rumour there colours all that is not said more firmly.
    filing : bool
        Whether it is a report to a regulator, which tells of contracts that exist.
    """

    def __init__(self, lead: str, *, filing: bool = False) -> None:
        self._filing = filing
        self._sentence: Sentence | None = None
        self._cues: set[Status] = set()
        self._firm = Firmness.BINDING
        self._rumoured = bool(_CUES[Status.RUMOURED].search(lead))

    def paint(self, event: Event) -> None:
        """Set the status and firmness of an event from its sentence and the document."""
        if event.is_painted or not (event.has_quantity or event.act is Act.SIGN):
            return
        event.is_painted = True
        text = event.sentence.text
        if event.sentence is not self._sentence:
            self._sentence = event.sentence
            self._cues = {status for status, phrases in _CUES.items() if phrases.search(text)}
            self._firm = next((f for f in _WEAK if _FIRM[f].search(text)), Firmness.BINDING)
        clause = _CONDITION.split(text[max(0, event.start - 60) : event.end + 60])[0]
        event.status = self._status(event, text, clause)
        if event.firmness is not Firmness.OPTION:
            event.firmness = self._firmness(event, text)

    def _cue(self, status: Status, text: str) -> bool:
        return status in self._cues and _CUES[status].search(text) is not None

    def _status(self, event: Event, text: str, clause: str) -> Status:
        if self._cue(Status.CANCELLED, clause) or (event.modal == "would" and event.is_perfect):
            return Status.CANCELLED
        if self._cue(Status.RUMOURED, text):
            return Status.RUMOURED
        if self._cue(Status.IN_TALKS, clause):
            return Status.IN_TALKS
        if self._cue(Status.LETTER_OF_INTENT, clause):
            return Status.LETTER_OF_INTENT
        done = event.act in _DONE_ACTS and event.kind in _AT_A_STROKE and not event.modal
        done = done and (event.is_past or event.is_perfect) and not event.is_nominal
        if done or (_COMPLETED.search(clause) and event.kind in _AT_A_STROKE and not _PLANNED.search(clause)):
            return Status.COMPLETED
        if self._rumoured and not re.search(r"\bagreed\b", text):
            return Status.RUMOURED
        signs = (
            event.act is Act.SIGN
            and not event.is_nominal
            and event.trigger in FRAMES
            and event.trigger != "reach"
        )
        signs = signs and not (event.firmness is Firmness.OPTION and event.modal)  # "may also contract more"
        if self._cue(Status.DEFINITIVE, clause) or signs:
            return Status.DEFINITIVE
        won = event.act is Act.GET and event.kind not in _AT_A_STROKE
        if (
            (event.act in (Act.BUY, Act.RENT, Act.LET) or won)
            and (event.is_past or event.is_perfect)
            and not event.modal
        ):
            return Status.DEFINITIVE
        standing = (
            event.act in (Act.PAY, Act.RENT, Act.LET, Act.GIVE) and not event.modal and event.is_present
        )
        if standing or self._filing:
            return Status.DEFINITIVE
        return Status.ANNOUNCED

    @staticmethod
    def spread(events: list[Event]) -> None:
        """Give what the same parties promise each other the status of the paper they signed."""
        for strong in (Status.LETTER_OF_INTENT, Status.DEFINITIVE):
            signed = [
                frozenset({*e.payers, e.payee})
                for e in events
                if e.status is strong
                and e.payers
                and e.payee is not None
                and e.act is Act.SIGN
                and not e.sentence.is_heading
                and (strong is Status.LETTER_OF_INTENT or _CUES[strong].search(e.sentence.text))
            ]
            for event in events:
                if event.status is Status.ANNOUNCED and frozenset({*event.payers, event.payee}) in signed:
                    event.status = strong
                    if strong is Status.LETTER_OF_INTENT:
                        event.firmness = Firmness.NON_BINDING

    def _firmness(self, event: Event, text: str) -> Firmness:
        if event.status in (Status.LETTER_OF_INTENT, Status.IN_TALKS, Status.RUMOURED):
            return Firmness.NON_BINDING
        if event.kind is Kind.GUARANTEE:
            return Firmness.CONTINGENT
        if "milestone" in text.lower() and event.kind is Kind.PURCHASE_COMMITMENT:
            return Firmness.CONTINGENT
        return self._firm
