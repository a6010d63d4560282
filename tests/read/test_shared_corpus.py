"""The contributors' labelled corpus, where it is at hand: no score below what was reached."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from loopledger.read import read
from loopledger.records import Party
from loopledger.sources import load_document

SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"
#: Just below what was reached: 0.90 and 1.00 for the whole, 0.85 and more for the fields.
FLOORS = {"dev": 0.88, "seed": 1.0}
#: The network takes some figures of accounts for promises.
MOST_DISTRACTORS = {"dev": 8, "seed": 0}
FIELDS = ("bound", "status", "capacity", "term")


@pytest.mark.shared
@pytest.mark.parametrize("part", FLOORS)
def test_score(part, tmp_path):
    if not (CORPUS / "score.py").is_file():
        pytest.skip("the contributors' shared folder is not here")
    rows = yaml.safe_load((SHARED / "register" / "parties.yaml").read_text("utf-8"))
    parties = tuple(Party.model_validate(row) for row in rows)
    folder = tmp_path / "predicted"
    folder.mkdir()
    for path in sorted((CORPUS / part / "docs").iterdir()):
        drafts = read(load_document(path), parties).drafts
        answer = {"obligations": [draft.as_dict() for draft in drafts]}
        (folder / f"{path.stem}.json").write_text(json.dumps(answer), "utf-8")
    out = tmp_path / "score.json"
    command = [
        sys.executable,
        str(CORPUS / "score.py"),
        str(folder),
        str(CORPUS / part / "gold"),
        "--json",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    score = json.loads(out.read_text("utf-8"))
    assert score["overall"]["f1"] >= FLOORS[part]
    assert score["distractor_hits"] <= MOST_DISTRACTORS[part]
    assert all(row["fp"] == 0 for row in score["docs"] if "no_obligation" in row["tags"])
    if part == "dev":
        assert {
            name: score["fields"][name]["f1"] for name in FIELDS if score["fields"][name]["f1"] < 0.85
        } == {}
    found, quotes = next(
        line.split(": ")[1].split(" of ")
        for line in done.stdout.splitlines()
        if line.startswith("predicted quotes found verbatim")
    )
    assert found == quotes
