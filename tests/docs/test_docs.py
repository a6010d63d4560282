"""The documentation is true: its Python runs, its commands print what it shows, its links lead somewhere.

A fenced block ``{code-block}`` with a caption is a file of that name, for the page's examples.
In a ``console`` block, ``$ command`` is run and what follows it is what it must print on standard output;
a line ``...`` stands for any text.
"""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
FENCE = re.compile(r"^(`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^\1$", re.DOTALL | re.MULTILINE)


@pytest.fixture(params=PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def page(request, tmp_path, monkeypatch):
    """Return a page, with its files in the working folder."""
    monkeypatch.chdir(tmp_path)
    for block in FENCE.finditer(request.param.read_text(encoding="utf-8")):
        caption = re.match(r":caption: (\S+)\n\n?", block["body"])
        if block["info"].startswith("{code-block}") and caption:
            Path(caption[1]).write_text(block["body"][caption.end() :], encoding="utf-8")
    return request.param


def test_python_runs(page):
    text = re.sub(r"^`{3,}[^\n]*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    report = []
    result = doctest.DocTestRunner(optionflags=flags).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


def test_commands_print_what_is_shown(page):
    for block in FENCE.finditer(page.read_text(encoding="utf-8")):
        if block["info"].strip() != "console":
            continue
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block["body"], re.MULTILINE):
            program, *arguments = shlex.split(command)
            if program == "loopledger":
                done = subprocess.run(
                    [sys.executable, "-m", "loopledger", *arguments],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                checker = doctest.OutputChecker()
                same = checker.check_output(expected, done.stdout, doctest.ELLIPSIS)
                assert same, f"$ {command}\n{done.stdout}{done.stderr}"


def test_links_lead_to_pages(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
