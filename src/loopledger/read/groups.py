"""Lists of parties joined, appositions used up as descriptions, insertions set apart."""

from __future__ import annotations

from loopledger.read.discourse import Discourse
from loopledger.read.items import Item, Mark, NounPhrase, Tag, VerbGroup, is_party, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NOUN_CLASS, NounClass
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS, SIDES

__all__ = ["join_parties"]

#: "a vehicle called X"
_NAMING = words("call name dub christen baptise baptize title")
_STRESSED = frozenset({"itself", "themselves"})
#: Between the members of a list.
_JOINING = frozenset({"and", "or", "&", "plus", "nor", "as well as"})
_PARTS = words("subsidiary affiliate arm unit division")
_TOGETHER = words("consortium group syndicate club alliance team trio pair coalition")
_SITES = words(
    "campus site plant park facility complex centre center hall building location data-centre data-center village"
    " town city county"
)


def join_parties(items: list[Item], discourse: Discourse) -> list[Item]:
    """Return the items with lists of parties joined, and appositions used up as descriptions."""
    words = {item.word for item in items if isinstance(item, Mark)}
    if any(isinstance(item, NounPhrase) and item.pronoun in _STRESSED for item in items):
        items = _without_emphasis(items)
    if "of" in words:
        items = _each_of(items)
    if "as" in words:
        items = _roles(items, discourse)
    _insertions(items)
    if any(isinstance(item, VerbGroup) and item.lemma in _NAMING for item in items):
        items = _called(items, discourse)
    if "of" in words:
        items = _units(_without_places(items))
    if any(isinstance(item, VerbGroup) and item.lemma in _GIVING for item in items):
        items = _indirect(items, discourse)
    items = _appositions(_sites(items) if "," in words else items, discourse)
    if "," in words or not _JOINING.isdisjoint(words):
        items = _listed(_lists(items))
    return _members(items) if "of" in words else items


def _insertions(items: list[Item]) -> None:
    """Take a pair of dashes for commas."""
    dashes = [
        i
        for i, item in enumerate(items)
        if item.tag is Tag.STOP and word_of(item) in ("-", "\u2013", "\u2014")
    ]
    if len(dashes) == 2:
        for i in dashes:
            items[i].tag = Tag.COMMA


def _called(items: list[Item], discourse: Discourse) -> list[Item]:
    """Use up "a vehicle called X" as a description of X."""
    result: list[Item] = []
    for item in items:
        verb, described = (result[-1], result[-2]) if len(result) > 1 else (None, None)
        if (
            isinstance(item, NounPhrase) and item.entity is not None
            and isinstance(verb, VerbGroup) and verb.is_bare and verb.lemma in _NAMING
            and isinstance(described, NounPhrase) and described.entity is None and is_party(described)
        ):  # fmt: skip
            discourse.describe(item.entity, described.words)
            del result[-2:]
        result.append(item)
    return result


#: What somebody is promised when a name stands right before it: "promised X loans".
_GIVEN = frozenset(
    {NounClass.LOAN, NounClass.WARRANT, NounClass.ORDER, NounClass.DEAL, NounClass.GUARANTEE, NounClass.MONEY}
)
_GIVING = words(
    "lend loan give grant promise pledge award offer hand extend pay owe guarantee advance hand+over"
)


def _indirect(items: list[Item], discourse: Discourse) -> list[Item]:
    """Part "promised X loans" into whom and what."""
    result: list[Item] = []
    for item in items:
        verb = result[-1] if result else None
        if not (
            isinstance(verb, VerbGroup) and verb.lemma in _GIVING and not verb.is_passive
            and isinstance(item, NounPhrase) and item.entity is None and item.possessor is None
            and len(item.names) == 1 and item.head and NOUN_CLASS.get(item.head) in _GIVEN
            and item.determiner in ("", "the") and not item.figures
            and not (item.names[0].is_place or item.names[0].is_person or item.names[0].is_product)
        ):  # fmt: skip
            result.append(item)
            continue
        name = item.names[0]
        entity = discourse.known(name.known) if name.known else discourse.named(name.text)
        whom = NounPhrase(
            Tag.NP, item.start, item.end, names=[name], entity=entity, determiner=item.determiner
        )
        what = NounPhrase(
            Tag.NP, item.start, item.end, words=item.words[-1:], head=item.head, is_plural=item.is_plural
        )
        result += [whom, what]
    return result


def _listed(items: list[Item]) -> list[Item]:
    """Put the names in place of their description: "three banks, X, Y and Z, will lend"."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if (
            isinstance(item, NounPhrase) and _describes(item) and item.is_plural and i + 2 < len(items)
            and items[i + 1].tag is Tag.COMMA and isinstance(items[i + 2], NounPhrase) and items[i + 2].parts  # type: ignore[attr-defined]
        ):  # fmt: skip
            result.append(items[i + 2])
            i += 3
            if i < len(items) and items[i].tag is Tag.COMMA:
                i += 1
            continue
        result.append(item)
        i += 1
    return result


def _without_emphasis(items: list[Item]) -> list[Item]:
    """Drop "itself" after the party it stresses."""
    return [
        item
        for i, item in enumerate(items)
        if not (
            isinstance(item, NounPhrase) and item.pronoun in _STRESSED and i and items[i - 1].tag is Tag.NP
        )
    ]


def _without_places(items: list[Item]) -> list[Item]:
    """Drop "of Abu Dhabi" after a party."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        following = items[i + 1] if i + 1 < len(items) else None
        if (
            word_of(item) == "of" and isinstance(following, NounPhrase) and following.head == "place" and result
            and isinstance(result[-1], NounPhrase) and result[-1].entity is not None
        ):  # fmt: skip
            i += 2
            continue
        result.append(item)
        i += 1
    return result


def _each_of(items: list[Item]) -> list[Item]:
    """Take "each of X and Y" as X and Y."""
    result: list[Item] = []
    for i, item in enumerate(items):
        following = items[i + 1] if i + 1 < len(items) else None
        after = items[i + 2] if i + 2 < len(items) else None
        if (
            _is_each(item)
            and following is not None
            and word_of(following) == "of"
            and after
            and is_named(after)
        ):
            continue
        if word_of(item) == "of" and i and _is_each(items[i - 1]) and result[-1:] != [items[i - 1]]:
            continue
        result.append(item)
    return result


def _is_each(item: Item) -> bool:
    return isinstance(item, NounPhrase) and item.pronoun in ("each", "both")


def is_named(item: Item) -> bool:
    """Whether an item is a party called by its name."""
    return isinstance(item, NounPhrase) and item.entity is not None


def _roles(items: list[Item], discourse: Discourse) -> list[Item]:
    """Use up "X, as lender, and Y, as borrower" as descriptions."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        j = i + 1 if items[i].tag is Tag.COMMA else i
        role = items[j + 1] if j + 1 < len(items) else None
        if (
            word_of(items[j] if j < len(items) else items[i]) == "as"
            and isinstance(role, NounPhrase)
            and role.head in SIDES
            and result
        ):
            named: list[Item] = []
            k = len(result) - 1
            while k >= 0 and (is_named(result[k]) or (named and result[k].tag in (Tag.CC, Tag.COMMA))):
                named += [result[k]] if is_named(result[k]) else []
                k -= 1
                if not role.is_plural and named:
                    break
            if named and not role.figures:
                for np in named:
                    if isinstance(np, NounPhrase) and np.entity is not None:
                        discourse.describe(np.entity, [role.head])
                        np.entity.sides.add(SIDES[role.head])
                        np.entity.traits.add(f"as {role.head}")
                i = j + 2
                if i < len(items) and items[i].tag is Tag.COMMA:
                    i += 1
                continue
        result.append(items[i])
        i += 1
    return result


def _units(items: list[Item]) -> list[Item]:
    """Take "a subsidiary of the Company" as the Company's."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        owner = items[i + 2] if i + 2 < len(items) else None
        if (
            isinstance(item, NounPhrase) and item.head in _PARTS and item.entity is None and item.possessor is None
            and word_of(items[i + 1] if owner else item) == "of" and isinstance(owner, NounPhrase) and is_party(owner)
        ):  # fmt: skip
            item.possessor, item.end = owner, owner.end
            result.append(item)
            i += 3
            continue
        result.append(item)
        i += 1
    return result


def _members(items: list[Item]) -> list[Item]:
    """Take "a consortium of X, Y and Z" as its members."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        members = items[i + 2] if i + 2 < len(items) and word_of(items[i + 1]) == "of" else None
        if (
            isinstance(item, NounPhrase) and item.head in _TOGETHER and item.entity is None
            and isinstance(members, NounPhrase) and members.parts
        ):  # fmt: skip
            result.append(members)
            i += 3
            continue
        result.append(item)
        i += 1
    return result


def _sites(items: list[Item]) -> list[Item]:
    """Take "River Bend, the campus of Y" as a place that is Y's."""
    for i, item in enumerate(items[:-2]):
        site = items[i + 2]
        if not (isinstance(item, NounPhrase) and item.entity is not None and item.entity.known is None):
            continue
        if items[i + 1].tag is not Tag.COMMA or not isinstance(site, NounPhrase) or site.head not in _SITES:
            continue
        item.entity, item.head = None, "place"
        for name in item.names:
            name.is_place = True
        owner = items[i + 4] if i + 4 < len(items) and word_of(items[i + 3]) == "of" else site.possessor
        if isinstance(owner, NounPhrase) and is_party(owner):
            item.possessor = owner
    return items


def _appositions(items: list[Item], discourse: Discourse) -> list[Item]:
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if isinstance(item, NounPhrase) and i + 2 < len(items) and items[i + 1].tag is Tag.COMMA:
            other = items[i + 2]
            after = items[i + 3].tag if i + 3 < len(items) else Tag.STOP
            if isinstance(other, NounPhrase):
                if item.entity is not None and _describes(other):
                    discourse.describe(item.entity, _description(other))
                elif (
                    _describes(item)
                    and not item.is_plural
                    and other.entity is not None
                    and after in (Tag.COMMA, Tag.STOP, Tag.CC, Tag.OPEN)
                ):
                    item.entity = other.entity
                    item.names = other.names
                    discourse.describe(other.entity, [*item.words])
                    result.append(item)
                    item.end = other.end
                    i += 3
                    if i < len(items) and items[i].tag is Tag.COMMA and _closes(items, i):
                        i += 1
                    continue
        if isinstance(item, NounPhrase) and item.entity is not None and item.words:
            discourse.describe(item.entity, item.words)
        result.append(item)
        i += 1
    return result


def _closes(items: list[Item], i: int) -> bool:
    return i + 1 < len(items) and items[i + 1].tag in (Tag.NP, Tag.PREP, Tag.VG)


def _describes(np: NounPhrase) -> bool:
    return (
        np.entity is None
        and not np.pronoun
        and np.head in ORGANISATION_NOUNS
        and not (np.figures and not np.words)
    )


def _description(np: NounPhrase) -> list[str]:
    return [*(n.text for n in np.names), *np.words]


def _lists(items: list[Item]) -> list[Item]:
    """Join "X, Y and Z" where all are parties."""
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        described = (
            isinstance(item, NounPhrase)
            and item.is_plural
            and _describes(item)
            and i + 1 < len(items)
            and items[i + 1].tag is Tag.COMMA
        )
        if isinstance(item, NounPhrase) and is_party(item) and not item.pronoun and not described:
            parts, end = _list_from(items, i)
            if len(parts) > 1 and not _starts_clause(items, end, result) and not _gaps(items, end):
                joint = NounPhrase(Tag.NP, item.start, parts[-1].end, is_plural=True, head="")
                joint.parts = parts
                result.append(joint)
                i = end
                continue
        result.append(item)
        i += 1
    return result


def _list_from(items: list[Item], i: int) -> tuple[list[NounPhrase], int]:
    first = items[i]
    parts = [first] if isinstance(first, NounPhrase) else []
    j, end, complete = i + 1, i + 1, False
    while j < len(items):
        k = j
        joined = False
        while k < len(items) and (
            items[k].tag is Tag.COMMA or word_of(items[k]) in ("and", "or", "&", "plus", "as well as")
        ):
            joined |= items[k].tag is Tag.CC
            k += 1
        if k == j or k - j > 2 or k >= len(items):
            break
        following = items[k]
        if joined and isinstance(following, NounPhrase) and following.words == ["others"]:
            complete, end = True, k + 1  # "X, Y and others"
            break
        if not isinstance(following, NounPhrase) or not is_party(following) or following.pronoun:
            break
        if not joined and following.entity is None:
            break
        parts.append(following)
        j = k + 1
        if joined:
            complete, end = True, j
            more = items[j + 1] if j + 2 < len(items) and items[j].tag is Tag.CC else None
            if more is None or not is_named(more) or items[j + 2].tag is not Tag.VG:
                break
    return (parts, end) if complete else (parts[:1], i + 1)


def _gaps(items: list[Item], end: int) -> bool:
    """Whether the last of a list has a sum of its own: "in X, and Y $5 million"."""
    after = items[end] if end < len(items) else None
    return isinstance(after, NounPhrase) and after.figure is not None and after.figure.is_quantity


def _starts_clause(items: list[Item], end: int, before: list[Item]) -> bool:
    """Whether the last of a list is the subject of a new clause: "lends X $1, and Y buys"."""
    after = items[end] if end < len(items) else None
    lead = before[-1] if before else None
    if not isinstance(after, VerbGroup) or lead is None or not after.is_finite:
        return False
    verbs = [x for x in before if isinstance(x, VerbGroup)]
    if len(verbs) == 1 and before[-2:-1] == verbs and word_of(lead) == "by" and verbs[0].is_bare:
        return False  # "A group led by X and Y has bought"
    return lead.tag is Tag.VG or (lead.tag is Tag.PREP and bool(verbs))
