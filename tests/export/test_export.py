"""Tables in five forms: the same rows, whole or not at all, described for other programs."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from loopledger.errors import SourceError
from loopledger.register import BUNDLED, TEACHING, load_register
from loopledger.register.export import TABLES, ColumnType, Format, formats, write_export
from loopledger.register.workplaces import clear_leftovers, workplace

_ALL = "SELECT * FROM"


def _write(snapshot, form, folder):
    return write_export(snapshot, form, folder / (f"r.{form.value}" if form.is_one_file else form.value))


def _read(form, path):
    """The rows of each table as text, as another program reads them."""
    if form is Format.CSV:
        tables = {}
        for table in TABLES:
            with (path / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
                tables[table.name] = [tuple(row) for row in csv.reader(file)][1:]
        return tables
    if form is Format.JSON:
        read = {t.name: json.loads((path / f"{t.name}.json").read_bytes()) for t in TABLES}
        return {name: [tuple(map(_text, row.values())) for row in rows] for name, rows in read.items()}
    if form is Format.SQLITE:
        with closing(sqlite3.connect(path)) as base:
            return {t.name: [_row(t, r) for r in base.execute(f"{_ALL} {t.name}")] for t in TABLES}
    with closing(duckdb.connect(str(path) if form is Format.DUCKDB else ":memory:")) as base:
        names = {t.name: t.name if form is Format.DUCKDB else f"'{path}/{t.name}.parquet'" for t in TABLES}
        return {
            t.name: [_row(t, r) for r in base.execute(f"{_ALL} {names[t.name]}").fetchall()] for t in TABLES
        }


def _row(table, cells):
    is_truth = [column.type is ColumnType.BOOLEAN for column in table.columns]
    return tuple(_text(bool(c) if b and c is not None else c) for c, b in zip(cells, is_truth, strict=True))


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | Decimal):
        return f"{Decimal(str(cell)).normalize():f}"
    return str(cell)


@pytest.fixture(scope="module")
def written(bundled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return {form: _write(bundled, form, folder) for form in Format}


def test_counts_are_those_of_the_snapshot(written, bundled):
    instruments = bundled.instruments.values()
    expected = {
        "parties": len(bundled.parties),
        "deals": len(bundled.deals),
        "instruments": len(instruments),
        "sides": sum(len(i.payers) + len(i.payees) for i in instruments),
        "changes": sum(len(c.set) for i in instruments for c in i.changes),
        "evidence": sum(len(i.evidence) + sum(len(c.evidence) for c in i.changes) for i in instruments),
        "links": sum(
            len(i.links.earmarked_for) + len(i.links.conditional_on) + (i.links.part_of is not None)
            + len(i.links.supersedes) + len(i.links.overlaps) + len(i.links.funds)
            for i in instruments
        ),
        "observations": len(bundled.observations),
    }  # fmt: skip
    assert expected["instruments"] == 341
    assert expected["deals"] == 224
    for form in Format:
        assert written[form].n_rows == expected


@pytest.mark.parametrize("form", [f for f in Format if f is not Format.CSV])
def test_every_form_holds_the_same_rows(written, form):
    texts, others = _read(Format.CSV, written[Format.CSV].path), _read(form, written[form].path)
    for table in TABLES:
        assert sorted(others[table.name]) == sorted(texts[table.name]), table.name


def test_amounts_are_exact(written, bundled):
    rows = _read(Format.CSV, written[Format.CSV].path)["instruments"]
    names = [c.name for c in next(t for t in TABLES if t.name == "instruments").columns]
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        amount = bundled.instruments[cells["id"]].amount
        got = (cells["amount_low"], cells["amount_high"], cells["currency"], cells["amount_bound"])
        if amount is None:
            assert got == ("", "", "", "")
        else:
            assert (Decimal(got[0]), Decimal(got[1])) == (amount.low, amount.high)
            assert got[2:] == (amount.currency, amount.bound.value)


def test_the_descriptor_fits_the_tables(written, bundled):
    written_csv = written[Format.CSV]
    content = json.loads(written_csv.descriptor.read_text(encoding="utf-8"))
    assert content["profile"] == "tabular-data-package"
    assert content["loopledger"] == {
        "known_on": "2026-11-24", "content_sha256": bundled.content_hash,
    }  # fmt: skip
    for resource in content["resources"]:
        path = written_csv.path / resource["path"]
        assert resource["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        fields = resource["schema"]["fields"]
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == [field["name"] for field in fields]
        assert all(field["description"] for field in fields)
        assert resource["n_rows"] == len(rows)
        for n, field in enumerate(fields):
            cells = {row[n] for row in rows}
            rules = field.get("constraints", {})
            assert not (rules.get("required") and "" in cells), (resource["name"], field["name"])
            assert cells - {""} <= set(rules.get("enum", cells))
            read = {"integer": int, "number": Decimal, "date": date.fromisoformat}.get(field["type"], str)
            for cell in cells - {""}:
                read(cell)
        keys = [tuple(row[header.index(name)] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)


def test_every_reference_leads_somewhere(written):
    with closing(sqlite3.connect(written[Format.SQLITE].path)) as base:
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        [(text,)] = base.execute("SELECT descriptor FROM datapackage").fetchall()
    assert json.loads(text)["resources"][0]["dialect"] == {"table": "parties"}
    assert text == written[Format.SQLITE].descriptor.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [Format.CSV, Format.JSON, Format.SQLITE])
def test_twice_is_byte_for_byte_the_same(bundled, tmp_path, form):
    contents = []
    for name in ("one", "two"):
        path = _write(load_register(BUNDLED).known_on(bundled.day), form, tmp_path / name).path
        files = [path] if path.is_file() else sorted(path.iterdir())
        contents.append([(file.name, file.read_bytes()) for file in files])
    assert contents[0] == contents[1]


def test_an_earlier_day_holds_only_what_was_known(tmp_path):
    path = _write(load_register(BUNDLED).known_on(date(2025, 9, 30)), Format.JSON, tmp_path).path
    rows = {t.name: json.loads((path / f"{t.name}.json").read_bytes()) for t in TABLES}
    letter = next(r for r in rows["instruments"] if r["deal"] == "nvidia-openai-2025-loi")
    assert (letter["status"], letter["amount_high"]) == ("letter_of_intent", 100_000_000_000)
    assert max(r["known_on"] for r in rows["changes"] + rows["observations"]) <= "2025-09-30"
    assert max(r["known_since"] for r in rows["deals"]) <= "2025-09-30"
    assert all((r["published"] or "")[:10] <= "2025-09-30" for r in rows["evidence"])


def test_what_is_no_export_is_left_as_it_is(teaching, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SourceError, match=r"holds thesis\.txt; it is left as it is"):
        write_export(teaching, Format.CSV, folder)
    for form in (Format.SQLITE, Format.DUCKDB):
        with pytest.raises(SourceError, match="is no earlier export"):
            write_export(teaching, form, folder / "thesis.txt")
        with pytest.raises(SourceError, match="is a folder"):
            write_export(teaching, form, folder)
    with pytest.raises(SourceError, match="is a file"):
        write_export(teaching, Format.CSV, folder / "thesis.txt")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in folder.iterdir()] == [("thesis.txt", "mine")]


@pytest.mark.parametrize("form", [Format.DUCKDB, Format.PARQUET])
def test_without_the_extra_it_says_which_to_install(teaching, tmp_path, form, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SourceError, match="need the extra `data`") as caught:
        _write(teaching, form, tmp_path)
    assert caught.value.hint.startswith("pip install 'loopledger[data]'")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", list(Format))
def test_a_write_that_fails_leaves_the_old_export(teaching, bundled, tmp_path, form, monkeypatch):
    path = _write(teaching, form, tmp_path).path
    before = _read(form, path)

    def fail(*_):
        raise OSError(28, "No space left on device")

    writers = formats.FILE_WRITERS if form.is_one_file else formats.FOLDER_WRITERS
    monkeypatch.setitem(writers, form.value, fail)
    with pytest.raises(SourceError, match="No space left on device"):
        _write(bundled, form, tmp_path)
    assert _read(form, path) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_edited_export_is_left_as_it_is(teaching, tmp_path):
    path = _write(teaching, Format.CSV, tmp_path).path
    deals = path / "deals.csv"
    mine = deals.read_text("utf-8") + "mine\n"
    deals.write_text(mine, "utf-8")
    with pytest.raises(SourceError, match=r"deals\.csv: has been changed since it was exported"):
        _write(teaching, Format.CSV, tmp_path)
    assert deals.read_text("utf-8") == mine


def test_a_count_that_is_wrong_is_refused(teaching, tmp_path, monkeypatch):
    write = formats.FOLDER_WRITERS["csv"]
    wrong = lambda folder, rows: {**write(folder, rows), "deals": 0}  # noqa: E731
    monkeypatch.setitem(formats.FOLDER_WRITERS, "csv", wrong)
    with pytest.raises(SourceError, match="deals: 6 rows, 0 read back"):
        _write(teaching, Format.CSV, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", [Format.CSV, Format.SQLITE])
def test_killed_at_any_moment_the_export_is_whole_and_the_next_run_clears_up(teaching, tmp_path, form):
    path = _write(teaching, form, tmp_path).path
    before = _read(form, path)
    command = [sys.executable, "-m", "loopledger", "register", "export", "--known-on", "2026-11-24"]
    command += ["--to", form.value, "--out", str(path), "--register", str(TEACHING)]
    rng = random.Random(form.value)  # noqa: S311  moments, not secrets
    for _ in range(8):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not list(tmp_path.glob(".*.loopledger")):
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        moved = list(tmp_path.glob(f".*.loopledger/aside/{path.name}"))
        assert _read(form, path if path.exists() else moved[0]) == before
    for place in tmp_path.glob(".*.loopledger"):
        if not (place / "held").exists():  # killed before it took its lock: cleared once it is old
            os.utime(place, (0, 0))
    subprocess.run(command, check=True, capture_output=True)
    assert _read(form, path) == before
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("n", [1, 2])
def test_killed_at_a_rename_nothing_is_lost_and_the_next_run_says_what_it_removes(teaching, tmp_path, n):
    """Killed at the rename that moves the old export aside, and at the one that puts the new one in place."""
    path = _write(teaching, Format.CSV, tmp_path).path
    before = _read(Format.CSV, path)
    killing = (
        "import os, pathlib, signal\n"
        "from loopledger.cli.app import main\n"
        "plain, left = pathlib.Path.rename, [N]\n"
        "def rename(self, target):\n"
        "    left[0] -= 1\n"
        "    if not left[0]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return plain(self, target)\n"
        "pathlib.Path.rename = rename\n"
        "main()\n"
    ).replace("N", str(n))
    arguments = ["register", "export", "--known-on", "2026-11-24", "--to", "csv", "--out", str(path)]
    arguments += ["--register", str(TEACHING)]
    done = subprocess.run([sys.executable, "-c", killing, *arguments], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    [place] = tmp_path.glob(".*.loopledger")
    assert path.exists() == (n == 1)
    again = subprocess.run(
        [sys.executable, "-m", "loopledger", *arguments], check=True, capture_output=True, text=True
    )
    assert f"removed what a killed run left: {place}" in again.stderr
    assert _read(Format.CSV, path) == before
    assert list(tmp_path.glob(".*")) == []


def test_what_a_killed_run_moved_aside_comes_back_even_if_the_next_run_is_refused(tmp_path):
    place = tmp_path / ".out.x.loopledger"
    (place / "aside" / "out").mkdir(parents=True)
    (place / "aside" / "out" / "notes.txt").write_text("kept", encoding="utf-8")
    (place / "held").touch()
    assert clear_leftovers(tmp_path) == (place,)
    assert (tmp_path / "out" / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_the_workplace_of_a_run_that_goes_on_is_left_alone(tmp_path):
    with workplace(tmp_path / "out") as place:
        script = "import sys, pathlib; from loopledger.register.workplaces import clear_leftovers as c; "
        script += "sys.exit(len(c(pathlib.Path(sys.argv[1]))))"
        assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 0
        assert place.is_dir()
    assert list(tmp_path.iterdir()) == []
