"""The project's corpus of varied phrasings: no score below what was reached on the documents learned from."""

import json
import re
from pathlib import Path

from loopledger.read import read
from loopledger.sources import load_document

CORPUS = Path(__file__).parents[1] / "corpus"
#: The documents that the reader's authors have seen; the others measure how well it does on unseen ones.
LEARNED_FROM = tuple(f"u{number:03}" for number in range(1, 23))
BUYING = {"supply", "purchase_commitment", "capacity_commitment"}
#: Just below what was reached.
FLOOR = {"precision": 0.94, "recall": 0.88}
ALIASES = {
    other.casefold(): name.casefold()
    for name, others in json.loads((CORPUS / "aliases.json").read_text("utf-8")).items()
    if isinstance(others, list)
    for other in others
}
LEGAL = re.compile(
    r"(?:,? (?:Inc|Corp|Corporation|Ltd|Limited|plc|Group|Holdings|Energy)\.?)+$", re.IGNORECASE
)


def _name(name):
    plain = (name or "").removeprefix("the ").casefold()
    plain = ALIASES.get(plain, plain)
    return ALIASES.get(LEGAL.sub("", plain), LEGAL.sub("", plain))


def _close(value, *wanted):
    return value is not None and any(w is not None and abs(value - w) <= 0.01 * abs(w) for w in wanted)


def _same(draft, gold):
    """Whether a draft is the labelled promise: payers, payee, kind and quantity agree."""
    payers = {_name(n) for n in draft["payer"]}
    sets = [gold["payer"], *gold.get("payer_alt", [])]
    if not any(payers == {_name(n) for n in names} for names in sets) and not (
        gold["kind"] == "bond" and not payers
    ):
        return False
    if _name(draft["payee"]) not in {_name(n) for n in [gold["payee"], *gold.get("payee_alt", [])]}:
        return False
    kinds = {gold["kind"], *gold.get("kind_alt", [])}
    if draft["kind"] not in kinds and not (draft["kind"] in BUYING and kinds & BUYING):
        return False
    if gold.get("amount") is not None:
        sums = [
            gold["amount"],
            gold.get("low"),
            gold.get("high"),
            *(a[0] for a in gold.get("amount_alt", [])),
        ]
        return _close(draft["amount"], *sums) and draft["currency"] == gold["currency"]
    if draft["amount"] is not None:
        return False
    if gold.get("capacity_mw") is not None:
        return _close(draft["capacity_mw"], gold["capacity_mw"])
    if gold.get("units"):
        return bool(draft["units"]) and _close(draft["units"]["count"], gold["units"]["count"])
    return True


def _scored(stem, parties):
    """Return right, read and wanted numbers of records of one document."""
    path = next((CORPUS / "docs").glob(f"{stem}.*"))
    drafts = [draft.as_dict() for draft in read(load_document(path), parties).drafts]
    gold = json.loads((CORPUS / "gold" / f"{stem}.json").read_text("utf-8"))["obligations"]
    wanted = [g for g in gold if not g.get("optional")]
    right = 0
    for row in [*wanted, *(g for g in gold if g.get("optional"))]:
        found = next((d for d in drafts if _same(d, row)), None)
        if found is not None:
            drafts.remove(found)
            right += not row.get("optional")
    return right, right + len(drafts), len(wanted)


def test_documents_learned_from(bundled):
    parties = tuple(bundled.parties.values())
    totals = [sum(column) for column in zip(*(_scored(stem, parties) for stem in LEARNED_FROM), strict=True)]
    right, found, wanted = totals
    assert right / found >= FLOOR["precision"], totals
    assert right / wanted >= FLOOR["recall"], totals
