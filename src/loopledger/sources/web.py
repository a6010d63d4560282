"""One page from the web, when the user asks for it: with limits, and never from inside the user's network."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO

from loopledger.errors import SourceError
from loopledger.sources.document import Document, Format
from loopledger.sources.load import MAX_BYTES, document_from_bytes

__all__ = ["Fetched", "fetch", "is_address"]

#: The longest wait for an answer, and for a whole page [s].
ANSWER_SECONDS, PAGE_SECONDS = 20.0, 60.0
#: The most redirects that are followed.
MAX_REDIRECTS = 5
_CHUNK = 1 << 16
_FORMATS = {
    "application/pdf": Format.PDF,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/markdown": Format.MARKDOWN,
    "message/rfc822": Format.MAIL,
}
_SUFFIXES = {Format.PDF: ".pdf", Format.HTML: ".html", Format.MARKDOWN: ".md", Format.MAIL: ".eml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it was sent.

    Parameters
    ----------
    address : str
        As the user gave it.
    data : bytes
        In UTF-8 where the server named another encoding of text.
    format : Format or None
        What the server says it is, if that is known here.
    """

    address: str
    data: bytes
    format: Format | None

    @property
    def filename(self) -> str:
        """A name to store it under, made from its content."""
        digest = hashlib.sha256(self.data).hexdigest()[:16]
        return f"{digest}{_SUFFIXES.get(self.format, '.txt') if self.format else '.txt'}"

    def document(self) -> Document:
        """Return the page as a document named by its address.

        Raises
        ------
        SourceError
            As :func:`loopledger.sources.load_document`.
        """
        kind = self.format if self.format is not Format.PDF or b"%PDF-" in self.data[:1024] else None
        return document_from_bytes(self.data, name=self.address, format=kind)


def is_address(name: str) -> bool:
    """Whether a name of a document is a web address.

    Examples
    --------
    >>> is_address("https://example.org/a"), is_address("a.html")
    (True, False)
    """
    return name.lower().startswith(("http://", "https://"))


def fetch(address: str) -> Fetched:
    """Return what a web address answers.

    Parameters
    ----------
    address : str
        ``http`` or ``https``.

    Raises
    ------
    SourceError
        If the server cannot be reached, refuses, is too slow, sends more than 20 MB, or redirects too often
        or into a private network.
    """
    if not is_address(address):
        msg = f"{address}: not a web address"
        raise SourceError(msg, hint="give an address that begins with https://")
    opener = urllib.request.build_opener(_Redirects(address))
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked above and at each redirect)
        address, headers={"User-Agent": "loopledger (one page, read at its user's request)", "Accept": "*/*"}
    )
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            data = _body(answer, address)
            media, charset = answer.headers.get_content_type(), answer.headers.get_content_charset()
    except urllib.error.HTTPError as error:
        error.close()
        msg = f"{address}: the server answers {error.code} {error.reason}"
        raise SourceError(msg, hint="open it in a browser, save the page, and give the file") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        msg = f"{address}: cannot be reached: {reason}"
        raise SourceError(
            msg, hint="check the address and the network, or save the page and give the file"
        ) from None
    return Fetched(address=address, data=_in_utf8(data, charset), format=_FORMATS.get(media))


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, none to another kind of address or into a private network."""

    max_redirections = MAX_REDIRECTS

    def __init__(self, address: str) -> None:
        self._host = urllib.parse.urlsplit(address).hostname

    def redirect_request(  # noqa: PLR0917 (the library's signature)
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        target = urllib.parse.urlsplit(newurl)
        weaker = req.full_url.startswith("https:") and target.scheme != "https"
        if target.scheme not in ("http", "https") or weaker:
            fp.close()
            raise _refused(req.full_url, newurl, "which is no https address")
        if target.hostname != self._host and not _is_public(target.hostname or ""):
            fp.close()
            raise _refused(req.full_url, newurl, "inside a private network")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _refused(address: str, target: str, why: str) -> SourceError:
    msg = f"{address}: it redirects to {target[:200]}, {why}"
    return SourceError(msg, hint="give that address itself if you trust it")


def _is_public(host: str) -> bool:
    found = {str(row[4][0]) for row in socket.getaddrinfo(host, None)}
    return bool(found) and all(ipaddress.ip_address(address).is_global for address in found)


def _body(answer: IO[bytes], address: str) -> bytes:
    began, parts, size = time.monotonic(), [], 0
    while part := answer.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            msg = f"{address}: more than the limit of {MAX_BYTES // 1_000_000} MB"
            raise SourceError(msg, hint="give the announcement itself")
        if time.monotonic() - began > PAGE_SECONDS:
            msg = f"{address}: sending the page takes longer than {PAGE_SECONDS:g} s"
            raise SourceError(msg, hint="try again later, or save the page and give the file")
    return b"".join(parts)


def _in_utf8(data: bytes, charset: str | None) -> bytes:
    """Return text in UTF-8 if the server names another encoding that fits."""
    if not charset or charset.lower() in ("utf-8", "utf8") or b"%PDF-" in data[:1024]:
        return data
    try:
        return data.decode(charset).encode()
    except (LookupError, UnicodeDecodeError):
        return data
