"""docs/nginx.conf, as it stands, between a client and the real program.

Only what cannot be the same on this machine is put in place of what the file says: ports, the
folders of certificates and logs, and no IPv6, which not every machine has.
"""

import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.conftest import FRONT_MATTER
from tests.program import ROOT, running

CONFIGURATION = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
PLACES = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
PER_MINUTE = 6
QUESTION = "Can I swim?"
# On a real machine this is the distribution's nginx.conf.
FRAME = """
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/answers.conf;
}}
"""


@dataclass(frozen=True)
class Site:
    """Where the program is reached through nginx."""

    base: str
    plain: int  # port without TLS
    folder: Path

    def client(self, address):
        """A client with a network address of its own, 127.0.0.x, which limits are for."""
        parts = urlsplit(self.base)
        return httpx.Client(
            base_url=f"https://127.0.0.1:{parts.port}{parts.path}",
            headers={"Host": parts.netloc},
            transport=httpx.HTTPTransport(verify=False, local_address=address),
        )


@pytest.fixture(scope="module", params=["A", "B"])
def site(request, tmp_path_factory):
    needed = {name: shutil.which(name, path=PLACES) for name in ("nginx", "openssl")}
    if None in needed.values():
        if os.environ.get("REQUIRE_EVERYTHING"):
            pytest.fail(f"required here: {needed}")
        pytest.skip(f"needs nginx and openssl: {needed}")
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "leaflets").mkdir()
    (folder / "leaflets" / "water.md").write_text(
        FRONT_MATTER.format(title="water") + "# water\n\n## Can I swim?\n\nWater carries you.\n"
    )
    options = ["--root-path", "/answers"] if request.param == "A" else []
    options += ["--trusted-proxy", "127.0.0.1", "--per-minute", str(PER_MINUTE)]
    options += ["--corpus", folder / "leaflets", "--store", folder / "store"]
    plain, secure = free_ports()
    base = {
        "A": f"https://clinic.example:{secure}/answers/",
        "B": f"https://answers.clinic.example:{secure}/",
    }[request.param]
    with running(folder / "program.log", *options) as program:
        port = urlsplit(program.address).port
        with nginx(folder, needed, plain=plain, secure=secure, program=port):
            yield Site(base, plain, folder)


@contextmanager
def nginx(folder, needed, *, plain, secure, program):
    """nginx before the program, with a certificate that it signed itself."""
    here = re.sub(r"/etc/letsencrypt/live/[\w.]+/", f"{folder}/", CONFIGURATION)
    here = re.sub(r"^ *listen \[::\].*\n", "", here, flags=re.MULTILINE)
    here = here.replace("/var/log/nginx/", f"{folder}/")
    here = here.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    here = here.replace("listen 443 ", f"listen 127.0.0.1:{secure} ")
    here = re.sub(r"127\.0\.0\.1:786[01]", f"127.0.0.1:{program}", here)
    (folder / "answers.conf").write_text(here)
    (folder / "nginx.conf").write_text(FRAME.format(user=getpass.getuser(), folder=folder))
    certificate = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(
        [needed["openssl"], "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=clinic.example", *certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    command = [needed["nginx"], "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        wait_for(process, secure)
        yield
    finally:
        process.terminate()
        process.wait()


def free_ports():
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def wait_for(process, port):
    end = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < end:
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


@pytest.fixture
def chromium(site):
    if not (program := shutil.which("chromium")):
        if os.environ.get("REQUIRE_EVERYTHING"):
            pytest.fail("chromium is required here")
        pytest.skip("needs chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        names = "MAP clinic.example 127.0.0.1, MAP answers.clinic.example 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", f"--host-resolver-rules={names}"]
        )
        yield browser.new_context(ignore_https_errors=True)
        browser.close()


@pytest.mark.parametrize(
    "page", ["", "chat/", "embed", "embed/howto", "print", "source", "api/docs"]
)
def test_every_page_and_what_it_loads_is_there(site, page):
    with site.client("127.0.0.2") as client:
        response = client.get(page, follow_redirects=True)
        assert response.status_code == 200
        assert response.headers["content-security-policy"]
        assert response.headers["strict-transport-security"]
        inside = urlsplit(str(client.base_url)).path
        for link in re.findall(r'<(?:link|script)[^>]*\s(?:href|src)="([^"]+)"', response.text):
            if link == "/manifest.json":  # Gradio's own; no page needs it
                continue
            address = urljoin(str(response.url), link)
            assert urlsplit(address).path.startswith(inside)
            assert client.get(address).status_code in (200, 204), link


def test_a_question_is_answered_and_its_source_is_there(site):
    with site.client("127.0.0.3") as client:
        answer = client.post("api/ask", json={"question": QUESTION}).json()
        (passage,) = answer["passages"]
        assert passage["text"] == "Water carries you."
        place = f"{passage['start']}-{passage['end']}"
        source = client.get(f"source/{passage['document_id']}?passage={place}")
        assert source.status_code == 200
        assert f'id="p-{place}"' in source.text


def test_examples_for_developers_name_the_public_address(site):
    with site.client("127.0.0.2") as client:
        assert f"curl {site.base}api/ask" in client.get("api/docs").text


def test_the_chat_page_works_in_a_browser(site, chromium):
    page = chromium.new_page()
    elsewhere, failed = [], []
    page.on("request", lambda r: elsewhere.append(r.url) if site.base not in r.url else None)
    page.on("response", lambda r: failed.append(r.url) if r.status >= 400 else None)
    page.goto(f"{site.base}chat/")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    words = page.get_by_role("log").locator(".words")
    words.wait_for()
    assert words.inner_text() == "Water carries you."
    host = site.base.removesuffix("answers/")
    assert [url for url in elsewhere if not url.startswith((f"{host}manifest", "data:"))] == []
    assert [url for url in failed if not url.endswith("/manifest.json")] == []
    with chromium.expect_page() as opened:
        page.get_by_role("log").get_by_role("link", name="Show in document").click()
    assert opened.value.url.startswith(f"{site.base}source/")
    opened.value.get_by_text("Water carries you.").first.wait_for()


def test_what_a_client_says_of_itself_does_not_change_whom_a_limit_is_for(site):
    def ask(client, number):
        claimed = f"198.51.100.{number}"
        headers = {"X-Forwarded-For": claimed, "Forwarded": f"for={claimed}", "X-Real-IP": claimed}
        return client.post("api/ask", json={"question": QUESTION}, headers=headers)

    with site.client("127.0.0.4") as client, site.client("127.0.0.5") as another:
        statuses = [ask(client, number).status_code for number in range(PER_MINUTE + 1)]
        assert statuses == [200] * PER_MINUTE + [429]
        assert ask(another, 0).status_code == 200


def test_nginx_stops_a_flood_before_the_program_with_an_answer_that_pages_understand(site):
    with site.client("127.0.0.6") as client:
        responses = [client.get("api/ask") for _ in range(30)]  # which the program does not take
    statuses = [response.status_code for response in responses]
    assert statuses[:20] == [404] * 20
    assert statuses[-1] == 429
    assert responses[-1].json()["status"] == 429
    assert responses[-1].headers["retry-after"] == "10"


def test_a_long_body_is_refused_by_nginx_with_an_answer_that_pages_understand(site):
    with site.client("127.0.0.7") as client:
        response = client.post("api/ask", json={"question": "a" * 17_000})
    assert response.status_code == 413
    assert response.json()["status"] == 413


def test_addresses_without_tls_or_the_last_slash_lead_to_the_right_one(site):
    host = urlsplit(site.base).hostname
    response = httpx.get(
        f"http://127.0.0.1:{site.plain}/answers/chat/?theme=dark", headers={"Host": host}
    )
    assert response.headers["location"] == f"https://{host}/answers/chat/?theme=dark"
    if site.base.endswith("/answers/"):
        with site.client("127.0.0.2") as client:
            moved = client.get(str(client.base_url).rstrip("/"))
        assert (moved.status_code, moved.headers["location"]) == (308, site.base)


def test_the_log_holds_no_question_no_query_and_no_address_of_a_reader(site):
    with site.client("127.0.0.8") as client:
        client.post("api/ask", json={"question": "zebra"})
        client.get("source?zebra=1")
    log = site.folder / "answers.log"
    end = time.monotonic() + 10
    while "/source " not in log.read_text() and time.monotonic() < end:
        time.sleep(0.05)
    assert re.search(r" GET \S*/source \d+ \d+ [\d.]+$", log.read_text(), re.MULTILINE)
    assert "zebra" not in log.read_text()
    assert "127.0.0" not in log.read_text()
    assert "zebra" not in (site.folder / "program.log").read_text()


def test_answers_arrive_compressed(site):
    with site.client("127.0.0.2") as client:
        response = client.get("api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert "/api/ask" in response.json()["paths"]


def test_what_both_parts_share_is_the_same_in_both():
    _, first, second = re.split(r"# From here on the same as in [AB]\.\n", CONFIGURATION)
    assert first.split("\n# B:")[0].strip() == second.strip()
