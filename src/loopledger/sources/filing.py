"""Complete submissions as the SEC's EDGAR stores them: the form and its exhibits in one text file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["Part", "Submission", "is_submission", "read_submission"]

_START = re.compile(
    r"\s*(?:-----BEGIN PRIVACY-ENHANCED MESSAGE-----|<SEC-DOCUMENT>|<SEC-HEADER>|<DOCUMENT>\s*<TYPE>)"
)
_TAG_TYPE = re.compile(r"<TYPE>([^\s<]+)")
_TAG_FILE = re.compile(r"<FILENAME>([^\s<]+)")
_FILED = re.compile(r"FILED AS OF DATE:\s*(\d{8})")
_COMPANY = re.compile(r"COMPANY CONFORMED NAME:[ \t]*([^\n]{1,200})")
#: Parts that hold data or pictures instead of words.
_NOT_WORDS = re.compile(r"(?:GRAPHIC|ZIP|EXCEL|XML|JSON|PDF|COVER|EX-10[14](?:\.|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a submission: ``text[start:end]`` of the stored file."""

    form: str
    filename: str
    start: int
    end: int

    @property
    def is_html(self) -> bool:
        """Whether its file name says that it is a page."""
        return self.filename.lower().endswith((".htm", ".html"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a complete submission file holds.

    Parameters
    ----------
    title : str
        Form and company.
    filed_on : date or None
    parts : tuple of Part
        Those with words in them.
    left_out : tuple of str
        Type and file name of the others.
    """

    title: str
    filed_on: date | None
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]


def is_submission(text: str) -> bool:
    """Whether a text begins as a complete submission does."""
    return _START.match(text) is not None


def read_submission(text: str) -> Submission:
    """Return the documents of a complete submission.

    Parameters
    ----------
    text : str
        The stored file, decoded.

    Returns
    -------
    Submission
        The form and its exhibits; pictures, spreadsheets and tagged data are left out by name.
    """
    parts, left_out = [], []
    for part in _parts(text):
        if _NOT_WORDS.match(part.form) or part.filename.lower().endswith(
            (".xml", ".xsd", ".jpg", ".gif", ".json")
        ):
            left_out.append(f"{part.form} {part.filename}".strip())
        else:
            parts.append(part)
    head = text[: parts[0].start] if parts else text[:20_000]
    company, filed = _COMPANY.search(head), _FILED.search(head)
    form = parts[0].form if parts else "submission"
    return Submission(
        title=f"{form} of {company[1].strip()}" if company else form,
        filed_on=_day(filed[1]) if filed else None,
        parts=tuple(parts),
        left_out=tuple(left_out),
    )


def _day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 (a calendar day, without a clock)
    except ValueError:
        return None


def _parts(text: str) -> Iterator[Part]:
    position = 0
    while (start := text.find("<DOCUMENT>", position)) >= 0:
        end = text.find("</DOCUMENT>", start)
        end = end if end >= 0 else len(text)
        position = end
        opened = text.find("<TEXT>", start, end)
        head = text[start : opened if opened >= 0 else min(end, start + 2000)]
        form, filename = _TAG_TYPE.search(head), _TAG_FILE.search(head)
        closed = text.rfind("</TEXT>", start, end)
        inner = opened + len("<TEXT>") if opened >= 0 else start + len(head)
        yield Part(
            form[1] if form else "",
            filename[1] if filename else "",
            inner,
            closed if closed >= inner else end,
        )
