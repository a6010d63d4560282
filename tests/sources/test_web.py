"""Pages from the web: only when asked for, with limits, redirects watched. The server is on this machine."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from loopledger.errors import SourceError
from loopledger.sources import Format, web
from loopledger.sources.web import fetch

PAGE = "<html><body><p>Orvane will pay Kelso £5 million.</p></body></html>"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/page":
            self._answer(200, PAGE.encode("latin-1"), **{"Content-Type": "text/html; charset=iso-8859-1"})
        elif self.path == "/large":
            self._answer(200, b"x" * 3000, **{"Content-Type": "text/plain"})
        elif self.path == "/circle":
            self._answer(302, b"", Location="/circle")
        elif self.path == "/file":
            self._answer(302, b"", Location="file:///etc/passwd")
        elif self.path == "/private":
            self._answer(302, b"", Location="http://10.0.0.1/page")
        elif self.path == "/moved":
            self._answer(301, b"", Location="/page")
        else:
            self._answer(404, b"nothing here")

    def _answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_a_page_is_a_document_named_by_its_address(server, path):
    page = fetch(server + path)
    document = page.document()
    assert (document.name, document.format) == (server + path, Format.HTML)
    assert document.blocks[0].text == "Orvane will pay Kelso £5 million."
    assert page.filename.endswith(".html")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nothing", "the server answers 404"),
        ("/circle", "the server answers 302"),
        ("/file", "is not allowed"),
        ("/private", "inside a private network"),
    ],
)
def test_what_cannot_be_had_says_why(server, path, words):
    with pytest.raises(SourceError, match=words) as caught:
        fetch(server + path)
    assert caught.value.hint


def test_a_page_beyond_the_limit_is_refused(server, monkeypatch):
    monkeypatch.setattr(web, "MAX_BYTES", 2000)
    with pytest.raises(SourceError, match="more than the limit"):
        fetch(server + "/large")


@pytest.mark.parametrize("address", ["ftp://example.org/a", "file:///etc/passwd", "page.html"])
def test_other_kinds_of_address_are_refused(address):
    with pytest.raises(SourceError, match="not a web address"):
        fetch(address)


def test_nobody_listening_is_said():
    with pytest.raises(SourceError, match="cannot be reached"):
        fetch("http://127.0.0.1:9/page")
