"""What the model looks at: short words about a figure, and about a party beside a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loopledger.read.content import noun_class
from loopledger.read.discourse import Entity
from loopledger.read.items import Item, NounPhrase, Tag, VerbGroup, word_of
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.topics import topics_of
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.quantities import Figure, FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames
    from loopledger.read.story import Story

__all__ = ["Scene", "far_clues", "figure_clues", "party_clues"]


_WORD = re.compile(r"[a-z][a-z'-]+")


@dataclass(slots=True)
class Scene:
    """The grammar of one sentence, laid out by phrase: which verbs govern it, and as what.

    Parameters
    ----------
    governors : dict
        Number of a phrase : numbers of verbs with the phrase's place ("subj", "obj", a preposition).
    """

    frames: SentenceFrames
    governors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, frames: SentenceFrames) -> Scene:
        """Return the layout of a sentence."""
        scene = cls(frames)
        place = {id(item): i for i, item in enumerate(frames.items)}
        for v in frames.clauses.verbs():
            subject = frames.clauses.subject(v)
            if subject is not None and id(subject) in place:
                scene.governors.setdefault(place[id(subject)], []).append((v, "subj"))
            deps = frames.clauses.dependents(v)
            for number, np in enumerate(deps.objects):
                if id(np) in place:
                    name = "obj" if not number else "obj2"
                    scene.governors.setdefault(place[id(np)], []).append((v, name))
            for preposition, _, k in deps.phrases:
                scene.governors.setdefault(k, []).append((v, preposition))
        scene.words = [_short(item) for item in frames.items]
        counts = topics_of(_WORD.findall(frames.sentence.text.lower()))
        scene.topics = [f"topic:{t}{min(n, 2)}" for t, n in counts.items()]
        scene.topics += [f"topic top:{t}" for t, n in counts.items() if n == max(counts.values())]
        return scene

    def governor(self, index: int) -> tuple[int, str]:
        """Return the verb nearest to a phrase that governs it, and the phrase's place; -1 for none."""
        rows = self.governors.get(index)
        return min(rows, key=lambda row: abs(row[0] - index)) if rows else (-1, "")

    def verb(self, v: int) -> VerbGroup:
        """Return a verb by its number."""
        return self.frames.clauses.verb(v)

    def word(self, index: int) -> str:
        """Return a short word for an item, whether there is one or not."""
        return self.words[index] if 0 <= index < len(self.words) else "-"


def _short(item: Item) -> str:
    if isinstance(item, VerbGroup):
        return item.lemma
    if isinstance(item, NounPhrase):
        if item.entity is not None or item.parts:
            return "PARTY"
        if item.pronoun:
            return item.pronoun
        return "FIGURE" if item.figure is not None else item.head
    return word_of(item) or item.tag.value


def _voice(vg: VerbGroup) -> str:
    if vg.is_passive or (vg.is_bare and vg.form.value == "participle"):
        return "passive"
    return "gerund" if vg.is_bare and vg.form.value == "gerund" else ""


def _act(lemma: str) -> str:
    frame = FRAMES.get(lemma) or FRAMES.get(lemma.partition("+")[0])
    return f"{frame.act.value}/{frame.pays.value}" if frame else ""


def _noun_act(head: str) -> str:
    frame = NOMINALS.get(head)
    return frame.act.value if frame else ""


def _nouns_around(scene: Scene, index: int) -> list[tuple[str, NounPhrase]]:
    """Return the nouns that a figure belongs to: its own head, the noun it hangs on, what it is made of."""
    items = scene.frames.items
    np = items[index]
    found: list[tuple[str, NounPhrase]] = []
    if isinstance(np, NounPhrase) and np.head:
        found.append(("own", np))
    before = items[index - 2] if index >= 2 else None
    if (
        items[index - 1].tag is Tag.PREP
        and isinstance(before, NounPhrase)
        and before.entity is None
        and index
    ):
        found.append((f"hangs {word_of(items[index - 1])}", before))
    after = items[index + 2] if index + 2 < len(items) else None
    if (
        after is not None
        and isinstance(after, NounPhrase)
        and word_of(items[index + 1]) in ("of", "in", "worth")
    ):
        found.append((f"made {word_of(items[index + 1])}", after))
    return found


def figure_clues(
    scene: Scene, index: int, figure: Figure, *, reason: str, counted: str, n_parties: int
) -> list[str]:
    """Return what may tell whether a figure is promised, and as what.

    Parameters
    ----------
    scene : Scene
    index : int
        Number of the item that holds the figure.
    figure : Figure
    reason : str
        Why the grammar takes the figure for no promise; empty if it does not.
    counted : str
        The noun that a count counts.
    n_parties : int
        How many phrases of the sentence stand for organisations.
    """
    clues = [
        "bias",
        f"what:{figure.kind.value}",
        f"n parties:{min(n_parties, 3)}",
        f"bound:{figure.bound.value}",
    ]
    if reason:
        clues += ["not:" + reason.split("'", maxsplit=1)[0].strip(), f"not:{reason}"]
    if figure.per:
        clues.append(f"per:{figure.per}")
    if counted:
        clues.append(f"counted:{counted}")
    if scene.frames.sentence.is_heading:
        clues.append("heading")
    clues += _governor_clues(scene, index)
    for name, noun in _nouns_around(scene, index):
        about = noun_class(noun)
        clues += [f"{name}:{noun.head}", f"{name} act:{_noun_act(noun.head)}"]
        clues.append(f"{name} class:{about.value if about else '-'}")
        clues.append(f"class:{about.value if about else '-'}")
        clues += [f"word:{w}" for w in noun.words[-4:]]
    for k in (1, 2, 3):
        clues += [f"left{k}:{scene.word(index - k)}", f"right{k}:{scene.word(index + k)}"]
    clues += [f"in:{w}" for w in dict.fromkeys(scene.words) if w not in ("PARTY", "FIGURE", "comma")]
    clues += scene.topics
    near = _WORD.findall(scene.frames.sentence.text[max(0, figure.start - 60) : figure.end + 60].lower())
    clues += [f"topic near:{t}{min(n, 2)}" for t, n in topics_of(near).items()]
    for item in scene.frames.items:
        if isinstance(item, VerbGroup) and (act := _act(item.lemma)):
            clues.append(f"in act:{act}")
        elif isinstance(item, NounPhrase) and (about := noun_class(item)):
            clues.append(f"in class:{about.value}")
    return list(dict.fromkeys(clues))


def _governor_clues(scene: Scene, index: int) -> list[str]:
    """Return what the verb says that a figure depends on."""
    v, slot = scene.governor(index)
    if v < 0:
        return ["no verb"]
    vg = scene.verb(v)
    act = _act(vg.lemma)
    clues = [
        f"verb:{vg.lemma}", f"verb:{vg.lemma}|{slot}", f"act:{act}", f"act:{act}|{slot}|{_voice(vg)}",
        f"place:{slot}", f"modal:{vg.modal or '-'}{'!' if vg.is_negated else ''}",
        f"tense:{vg.form.value}{vg.is_perfect:d}{vg.is_bare:d}{vg.is_infinitive:d}",
    ]  # fmt: skip
    above = [k for k in scene.frames.clauses.verbs() if k < v] if vg.is_infinitive else []
    if above:
        upper = scene.verb(above[-1]).lemma
        clues += [f"above:{upper}", f"above act:{_act(upper)}"]
    return clues


def party_clues(
    scene: Scene,
    index: int,
    at: int,
    np: NounPhrase,
    entities: tuple[Entity, ...],
    *,
    rank: int,
    row: list[int],
) -> list[str]:
    """Return what may tell whether a party pays or is paid a figure of its sentence.

    Parameters
    ----------
    scene : Scene
    index : int
        Number of the item that holds the figure.
    at : int
        Number of the item that holds the party.
    np : NounPhrase
        The phrase that names the party.
    entities : tuple of Entity
        Whom it names.
    rank : int
        How many parties were named before it.
    row : list of int
        Items of all parties of the sentence.
    """
    items = scene.frames.items
    qv, qslot = scene.governor(index)
    noun = next(iter(_nouns_around(scene, index)), None)
    head = noun[1] if noun else None
    about = noun_class(head) if head is not None else None
    thing = about.value if about else "-"
    order = "<" if at < index else (">" if at > index else "=")
    between = sum(min(at, index) < k < max(at, index) for k in row)
    part = np.head if np.head.startswith("part") else ""
    own = np is not items[at] and not part  # a possessor or a modifier of the phrase at this place
    lead = scene.word(at - 1) if not own else f"own {scene.word(at)}"
    place = _places(scene, at, own=own)
    act = _act(scene.verb(qv).lemma) if qv >= 0 else ""
    voice = _voice(scene.verb(qv)) if qv >= 0 else ""
    clues = [
        f"near{order}", f"rank:{min(rank, 3)}of{min(len(row), 4)}", f"last:{rank == len(row) - 1}",
        f"between:{min(between, 3)}{order}", f"lead:{lead}{order}", f"follow:{scene.word(at + 1)}{order}",
        f"lead:{lead}|{thing}", f"lead:{lead}|{act}", f"lead:{lead}{order}|{qslot}",
    ]  # fmt: skip
    for v, slot in place:
        vg = scene.verb(v)
        same = "same" if v == qv else ("up" if v < qv or qv < 0 else "down")
        own_act, own_voice = _act(vg.lemma), _voice(vg)
        clues += [
            f"{same}:{slot}", f"{same}:{slot}|{own_act}|{own_voice}", f"{same}:{slot}|{vg.lemma}|{own_voice}",
            f"{same}:{slot}|{thing}", f"{same}:{slot}|{qslot}|{own_voice}", f"{same}:{slot}|{act}|{voice}",
        ]  # fmt: skip
    if not place:
        clues += [f"loose:{lead}", f"loose:{lead}|{thing}{order}"]
    clues += _paths(scene, index, at)
    hangs = _hangs_on(scene, at) if not own else None
    if hangs is not None:
        noun_np, preposition = hangs
        sort = noun_class(noun_np)
        clues += [
            f"on:{preposition}|{noun_np.head}", f"on:{preposition}|{_noun_act(noun_np.head)}",
            f"on:{preposition}|{sort.value if sort else '-'}",
        ]  # fmt: skip
    if own:
        item = items[at]
        if isinstance(item, NounPhrase):
            sort = noun_class(item)
            kind = np.pronoun or np.head if np.head == "modifier" else "'s"
            clues += [
                f"owns:{kind}|{item.head}", f"owns:{kind}|{sort.value if sort else '-'}",
                f"owns:{kind}|{_noun_act(item.head)}", f"owns:{kind}{order}",
            ]  # fmt: skip
    if len(entities) > 1:
        clues.append("several")
    if part:
        clues += [part, f"{part}|{act}", f"{part}|{thing}"]
    if np.pronoun:
        clues.append(f"pronoun:{np.pronoun}{order}")
    elif np.entity is None and not np.parts and not part:
        clues += [f"called:{np.head}"]
    clues += _standing(entities[0])
    return clues


def _paths(scene: Scene, index: int, at: int) -> list[str]:
    """Return what stands between a party and the figure, in words and by class."""
    low, high = min(index, at), max(index, at)
    order = "<" if at < index else ">"
    if high - low > _LONGEST_PATH or high == low:
        return [f"path:{'long' if high > low else 'own'}{order}"]
    words, classes = [], []
    for k in range(low + 1, high):
        item = scene.frames.items[k]
        words.append(scene.word(k))
        if isinstance(item, VerbGroup):
            classes.append((_act(item.lemma) or "verb") + _voice(item))
        elif isinstance(item, NounPhrase):
            about = noun_class(item)
            classes.append("PARTY" if scene.word(k) == "PARTY" else (about.value if about else "noun"))
        else:
            classes.append(scene.word(k))
    return [f"path:{order}{' '.join(classes)}", f"path words:{order}{' '.join(words)}"]


#: A longer way between two phrases tells nothing.
_LONGEST_PATH = 6


def _places(scene: Scene, at: int, *, own: bool) -> list[tuple[int, str]]:
    rows = scene.governors.get(at, [])
    return [(v, f"{slot}'s" if own else slot) for v, slot in rows[:3]]


def _hangs_on(scene: Scene, at: int) -> tuple[NounPhrase, str] | None:
    items = scene.frames.items
    if at < 2 or items[at - 1].tag is not Tag.PREP:
        return None
    before = items[at - 2]
    return (
        (before, word_of(items[at - 1])) if isinstance(before, NounPhrase) and before.entity is None else None
    )


def _standing(entity: Entity) -> list[str]:
    """Return what is known of a party: its trade, and what it was called."""
    clues = [f"role:{entity.role.value if entity.role else '-'}"]
    clues += [f"is:{trait}" for trait in sorted(entity.traits) if trait in _TELLING]
    return clues


_TELLING = frozenset(
    "lender borrower landlord tenant customer supplier buyer seller investor lessor lessee guarantor issuer client"
    " bank fund provider host maker chipmaker lab cloud utility developer operator".split()
)


def far_clues(story: Story, entity: Entity, sentence: int, n_here: int) -> list[str]:
    """Return what may tell whether a party of an earlier sentence pays or is paid."""
    distance = min(3, sentence - entity.last)
    here = f"with{min(n_here, 2)}"
    clues = ["far", f"far:{here}", f"far:{distance}|{here}"]
    if entity in story.discourse.topic:
        clues += [f"far topic|{here}"]
    if entity is story.discourse.protagonist:
        clues += [f"far hero|{here}"]
    if entity.in_heading:
        clues.append(f"far heading|{here}")
    if entity in story.discourse.defined.values():
        clues.append(f"far defined|{here}")
    for number, event in enumerate(reversed(story.events[-3:])):
        if entity in event.payers:
            clues += [f"paid before{number}|{here}", f"paid before|{event.kind}"]
        if entity is event.payee:
            clues += [f"got before{number}|{here}", f"got before|{event.kind}"]
    return clues + _standing(entity)


def is_money(figure: Figure) -> bool:
    """Whether a figure is a sum of money."""
    return figure.kind is FigureKind.MONEY
