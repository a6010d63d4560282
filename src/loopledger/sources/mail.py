"""Stored e-mail messages: the subject, the day, and the words of the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from loopledger.errors import SourceError

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

__all__ = ["Mail", "is_mail", "read_mail"]

_FIELD = re.compile(rb"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)", re.MULTILINE)
_KNOWN = re.compile(
    rb"^(?:from|subject|date|mime-version|received|return-path|message-id):", re.IGNORECASE | re.MULTILINE
)
_HEAD_BYTES = 64_000
#: Deeper nesting of parts than this is no message that a person wrote.
_DEEPEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message as a reader sees it.

    Parameters
    ----------
    subject : str
        May be empty.
    sent_on : date or None
        From the Date field, as the sender's clock had it.
    text : str
        The body, decoded.
    is_html : bool
        Whether the body is HTML.
    attachments : tuple of str
        Names of what hangs on the message and is not read.
    """

    subject: str
    sent_on: date | None
    text: str
    is_html: bool
    attachments: tuple[str, ...]


def is_mail(data: bytes) -> bool:
    """Whether bytes begin with the header fields of a message, at least three of them known ones."""
    head = data[:_HEAD_BYTES].replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    end = head.find(b"\n\n")
    fields = head[: end + 1] if end >= 0 else head
    return _FIELD.match(fields) is not None and len(set(_KNOWN.findall(fields.lower()))) >= 3


def read_mail(data: bytes, name: str) -> Mail:
    """Return the words of a stored message.

    Parameters
    ----------
    data : bytes
        The file, as mail programs save it (RFC 5322, MIME).
    name : str
        For messages.

    Raises
    ------
    SourceError
        If it has no text to read, or its parts are nested too deep.

    Notes
    -----
    The HTML body is preferred, since tables survive in it; a plain one is taken where there is no other.
    """
    from email import message_from_bytes, policy  # noqa: PLC0415 (17 ms that other documents need not pay)

    try:
        message = message_from_bytes(data, policy=policy.default)
        deepest = _depth(message)
    except RecursionError:
        deepest = _DEEPEST + 1
    if deepest > _DEEPEST:
        msg = f"{name}: parts nested more than {_DEEPEST} deep"
        raise SourceError(msg, hint="save the text of the message and give that")
    body = message.get_body(preferencelist=("html", "plain"))
    if body is None:
        msg = f"{name}: a message without text"
        raise SourceError(msg, hint="save what hangs on it and give that")
    return Mail(
        subject=" ".join(str(message["subject"] or "").split()),
        sent_on=_day(message),
        text=_content(body, name),
        is_html=body.get_content_type() == "text/html",
        attachments=tuple(
            part.get_filename() or part.get_content_type() for part in message.iter_attachments()
        ),
    )


def _depth(message: EmailMessage) -> int:
    deepest = 0
    open_: list[tuple[MIMEPart, int]] = [(message, 1)]
    while open_:
        part, depth = open_.pop()
        deepest = max(deepest, depth)
        if part.is_multipart() and depth <= _DEEPEST:
            open_ += [(inner, depth + 1) for inner in part.iter_parts()]
    return deepest


def _content(body: MIMEPart, name: str) -> str:
    try:
        return str(body.get_content())
    except (LookupError, UnicodeDecodeError):
        payload = body.get_payload(decode=True)
        if isinstance(payload, bytes):
            return payload.decode("utf-8", "replace")
        msg = f"{name}: the text of the message is in an unknown encoding"
        raise SourceError(msg, hint="save the text of the message and give that") from None


def _day(message: EmailMessage) -> date | None:
    try:
        moment = message["date"].datetime
    except (AttributeError, TypeError, ValueError):
        return None
    return moment.date() if moment is not None else None
