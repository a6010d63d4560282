"""The closed classes of English: words a sentence is hung on."""

from __future__ import annotations

from loopledger.read.lexicon import words
from loopledger.read.lexicon.names import DAYS, DEMONYMS, MONTHS

__all__ = [
    "ADJECTIVES",
    "ADVERBIAL_NOUNS",
    "ADVERBS",
    "AUXILIARIES",
    "BE",
    "CONJUNCTIONS",
    "DETERMINERS",
    "DO",
    "HAVE",
    "INSERTED",
    "MODALS",
    "NEGATIONS",
    "POSTNOMINAL",
    "PREPOSITIONS",
    "PRONOUNS",
    "QUANTIFIERS",
    "RELATIVES",
    "SUBORDINATORS",
    "TIME_WORDS",
    "is_adjective",
]  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DETERMINERS = _words("a an the this that these those its their his her our my your each every any no another"
                     " both all either neither some such")  # fmt: skip
PRONOUNS = _words("it they he she we i you them him us itself themselves who nobody somebody everybody"
                  " one both neither")  # fmt: skip
MODALS = _words("will would shall should may might can could must cannot 'll 'd")
BE = _words("be is are was were been being am 's 're")
HAVE = _words("have has had having 've")
DO = _words("do does did doing")
NEGATIONS = _words("not never n't no")
RELATIVES = _words("which who whom whose that where whereby")
CONJUNCTIONS = _words("and or but nor & plus yet")
SUBORDINATORS = _words("while whereas although though because since if unless when after before until once"
                       " as so whether than provided")  # fmt: skip
PREPOSITIONS = _words(
    "of in on at by for from to with into onto over under between among amid through throughout during across"
    " against about above below behind beyond near within without via per than towards toward upon until"
    " since after before alongside including excluding following worth despite like as besides around off out according"
    " up down plus totalling totaling aggregating"
)
ADVERBS = _words(
    "also now then already still again today yesterday tomorrow earlier later separately together soon just"
    " only even too instead meanwhile initially jointly currently recently previously ultimately alone up"
    " ahead further likewise here there however once first originally formally publicly privately well"
    " upfront elsewhere yet ever always so far once never long quietly thus otherwise additionally moreover"
    " twice half almost nearly back overnight abroad overall due respectively hereby hereunder herein hereafter"
    " thereby thereafter therein thereupon forthwith"
)
ADJECTIVES = _words(
    "new old first second third fourth fifth next last initial additional further extra total full entire whole big"
    " large larger small smaller long short long-term multi-year annual senior junior secured unsecured convertible"
    " perpetual private public joint common preferred federal national local regional global own other same similar"
    " such separate single double high higher low lower great major minor key main chief early late recent current"
    " former latest future planned proposed existing nuclear solar electric digital clean green renewable different"
    " fresh huge giant record final binding definitive mutual strategic direct minority majority combined special"
    " biggest largest smallest armed leading remaining outstanding fixed floating dedicated reserved"
)
AUXILIARIES = MODALS | BE | HAVE | DO
#: Words after which a noun phrase begins.
QUANTIFIERS = words("most half part several many much more about roughly nearly around some all its their")
#: What may stand between an auxiliary and its verb after "in": "will in addition pay".
INSERTED = words(
    "addition turn return exchange effect total time future parallel fact particular principle part"
)
#: Adjectives that follow their noun: "fees payable to Y", "debt available to it".
POSTNOMINAL = words(
    "payable available exercisable deliverable irrespective pursuant redeemable repayable convertible-into due"
    " owing prior totalling"
)
#: Nouns of an adverbial phrase after which a clause begins: "in return X will buy".
ADVERBIAL_NOUNS = words("return exchange turn addition response parallel particular fact time future")
TIME_WORDS = words(
    "year years month months week weeks day days quarter quarters half time decade decades summer autumn"
    " winter spring today yesterday tomorrow morning afternoon evening night"
) | DAYS | frozenset(MONTHS)  # fmt: skip

_ADJECTIVE_ENDINGS = (
    "able",
    "ible",
    "ical",
    "onal",
    "tial",
    "cial",
    "ive",
    "ous",
    "ary",
    "less",
    "based",
    "backed",
    "listed",
)


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective, by list or ending."""
    return word in ADJECTIVES or word in DEMONYMS or (len(word) > 5 and word.endswith(_ADJECTIVE_ENDINGS))
