import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from corpus import load_corpus
from corpus.__main__ import main
from corpus.check.findings import Kind
from corpus.online import check_online

DOCUMENT = """---
title: Feet
language: en
publisher: Test Clinic
license: CC-BY-4.0
review_status: not clinically reviewed
---
# Feet

Walk.
"""
TITLE = "Balance & strength: a <i>randomised</i> trial of walking for nerve pain"


def record(title=TITLE, **dates):
    dates = dates or {"issued": 2017}
    return {"title": title} | {k.replace("_", "-"): {"date-parts": [[v]]} for k, v in dates.items()}


class DoiService(ThreadingHTTPServer):
    """Answers as a DOI service does: `answers` gives status and body for each DOI."""

    daemon_threads = True

    def __init__(self):
        self.answers = {}
        self.asked = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        doi = unquote(self.path.removeprefix("/"))
        self.server.asked.append((doi, self.headers["Accept"]))
        status, body = self.server.answers.get(doi, (404, b"Resource not found."))
        if callable(body):
            body(self)
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", body)
            body = b""
        elif isinstance(body, dict):
            body = json.dumps(body).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with DoiService() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path):
    """Write a corpus whose reference list has these DOIs, all with one title and year."""

    def folder(*dois, document=DOCUMENT):
        entries = [
            {
                "id": f"work{number}",
                "type": "article-journal",
                "title": "Balance and strength: A randomised trial of walking for nerve pain.",
                "issued": {"date-parts": [[2017]]},
                "DOI": doi,
            }
            for number, doi in enumerate(dois, 1)
        ]
        (tmp_path / "feet.md").write_text(document)
        (tmp_path / "references.json").write_text(json.dumps(entries, indent=1))
        return tmp_path

    return folder


@pytest.fixture
def look_up(folder, service):
    """Findings for a list with these DOIs, asked from the local service."""

    def look_up(*dois, timeout=5.0, **options):
        corpus = load_corpus(folder(*dois, **options))
        return check_online(corpus, service=service.address, timeout=timeout, pause=0)

    return look_up


def test_same_title_and_year_give_no_finding_and_csl_json_is_asked_for(look_up, service):
    doi = "10.1002/(sici)1097<1:a#b>3.0.co;2-x"
    service.answers[doi] = 200, record()
    assert look_up(doi) == ()
    assert service.asked == [(doi, "application/vnd.citationstyles.csl+json")]


def test_doi_that_is_not_registered_is_a_fault(look_up, service):
    service.answers["10.1000/here"] = 200, record()
    (finding,) = look_up("10.1000/here", "10.1000/gone")
    assert (finding.kind, finding.fault) == (Kind.DOI_NOT_FOUND, True)
    assert "work2" in finding.text
    assert (finding.file, finding.line) == ("references.json", 16)


def test_other_title_is_a_fault(look_up, service):
    service.answers["10.1000/a"] = 200, record("Swimming for back pain")
    (finding,) = look_up("10.1000/a")
    assert (finding.kind, finding.fault) == (Kind.TITLE_DIFFERS, True)
    assert "Swimming for back pain" in finding.text


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "BALANCE AND STRENGTH — a randomised trial of walking, for nerve pain"},
        {
            "title": f"Balance and strength: <span class='{'a' * 60}'>a randomised</span> trial of "
            "walking for nerve pain"
        },
        {"title": "Balance &amp; strength: a <i>randomised</i> trial of walking for nerve pain"},
        {
            "title": ["Balance and strength"],
            "subtitle": ["a randomised trial of walking for nerve pain"],
        },
    ],
)
def test_case_punctuation_markup_and_subtitle_make_no_difference(look_up, service, fields):
    service.answers["10.1000/a"] = 200, record() | fields
    assert look_up("10.1000/a") == ()


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"issued": 2018}, 0),
        ({"issued": 2016}, 0),
        ({"issued": 2019}, 1),
        ({"issued": 2019, "published_online": 2018}, 0),
        ({"published_print": 2003}, 1),
    ],
)
def test_year_more_than_one_apart_is_a_note(look_up, service, dates, found):
    service.answers["10.1000/a"] = 200, record(**dates)
    findings = look_up("10.1000/a")
    assert [(f.kind, f.fault) for f in findings] == [(Kind.YEAR_DIFFERS, False)] * found


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b"<html>A landing page</html>"), "not JSON"),
        ((200, b"[" * 100_000), "not JSON"),
        ((200, b"\xff\xfe\x00"), "not JSON"),
        ((200, b"[1]"), "no title"),
        ((200, b'{"title": 7, "issued": {"date-parts": [["x"]]}}'), "no title"),
        ((200, b" " * 5_000_001), "more than 5,000,000 bytes"),
        ((200, lambda handler: time.sleep(1)), "timed out"),
        ((200, drip), "timed out"),
        ((200, lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")), "nonsense"),
        ((500, b"sorry"), "HTTP status 500"),
        ((302, "file:///etc/passwd"), "HTTP status 302"),
        ((302, "ftp://127.0.0.1/a"), "unknown url type"),
        ((302, "/10.1000/a"), "HTTP status 302"),
    ],
)
def test_answer_that_is_no_record_is_a_note(look_up, service, answer, said):
    service.answers["10.1000/a"] = answer
    (finding,) = look_up("10.1000/a", timeout=0.3 if said == "timed out" else 10)
    assert (finding.kind, finding.fault) == (Kind.NOT_LOOKED_UP, False)
    assert finding.text.startswith("1 of 1 at http://127.0.0.1")
    assert "work1: " in finding.text
    assert said in finding.text


def test_redirect_to_a_web_address_is_followed_with_the_same_accept(look_up, service):
    service.answers["10.1000/a"] = 302, f"{service.address}/elsewhere"
    service.answers["elsewhere"] = 200, record()
    assert look_up("10.1000/a") == ()
    assert [doi for doi, _ in service.asked] == ["10.1000/a", "elsewhere"]
    assert len({accept for _, accept in service.asked}) == 1


def test_service_out_of_reach_is_one_note_and_is_left_alone(folder):
    with DoiService() as closed:
        address = closed.address
    corpus = load_corpus(folder(*(f"10.1000/{number}" for number in range(8))))
    (finding,) = check_online(corpus, service=address, timeout=1, pause=0)
    assert (finding.kind, finding.fault) == (Kind.NOT_LOOKED_UP, False)
    assert finding.text.startswith("8 of 8 at ")
    assert "work4: not asked any more" in finding.text
    assert finding.text.endswith("...)")


def test_three_failures_in_a_row_end_the_asking(look_up, service):
    dois = [f"10.1000/{number}" for number in range(6)]
    service.answers = {doi: (500, b"") for doi in dois} | {dois[2]: (200, record())}
    (finding,) = look_up(*dois)
    assert len(service.asked) == 6
    assert finding.text.startswith("5 of 6 ")
    service.asked.clear()
    service.answers[dois[2]] = 500, b""
    look_up(*dois)
    assert len(service.asked) == 3


def test_doi_in_a_documents_own_list_is_looked_up_once(look_up, service):
    listed = (
        "\n## References\n\nSmith, J. (2003). Swimming for back pain. *Pain*, 3(1), 1-2. "
        "https://doi.org/10.1000/own\n\nNg, A. (2017). Other. *Pain*, 1(1), 3. "
        "https://doi.org/10.1000/A\n"
    )
    service.answers = {"10.1000/own": (404, b""), "10.1000/a": (200, record())}
    (finding,) = look_up("10.1000/a", document=DOCUMENT + listed)
    assert finding.kind is Kind.DOI_NOT_FOUND
    assert (finding.file, finding.line) == ("feet.md", 14)
    assert [doi for doi, _ in service.asked] == ["10.1000/a", "10.1000/own"]


def test_requests_are_spaced_out(folder, service):
    service.answers = {f"10.1000/{number}": (200, record()) for number in range(3)}
    corpus = load_corpus(folder(*service.answers))
    began = time.monotonic()
    check_online(corpus, service=service.address, pause=0.1)
    assert time.monotonic() - began >= 0.2


def test_check_without_online_asks_nothing(folder, service, capsys):
    path = str(folder("10.1000/gone"))
    address = ["--doi-service", service.address]
    assert main(["check", path, *address]) == 0
    assert service.asked == []
    assert main(["check", path, "--online", *address]) == 1
    printed = capsys.readouterr()
    assert "fault references.json:3: DOI not found: 'work1'" in printed.out
    assert service.address in printed.err
