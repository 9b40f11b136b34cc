"""No request leaves for elsewhere, no cookie is set, and no question is written down."""

from pathlib import Path
from urllib.parse import quote

from tests.browser.test_chat import ask, ready

SECRET = "does swimming help zyxquestion numb toes"


def written(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_a_whole_visit_leaves_no_trace(visit, serve, tmp_path, monkeypatch):
    """`visit` itself fails for a request to another host from any page."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "GRADIO_TEMP_DIR", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(temporary))
    store = tmp_path / "store"
    with serve("--store", store, "--per-minute", "1000") as server:
        base = server.address.rstrip("/")
        page = ready(visit("/chat/", base=base))
        article = ask(page, SECRET)
        ask(page, f"and {SECRET} again")
        with page.context.expect_page() as opened:
            article.locator("a.show").first.click()
        opened.value.wait_for_load_state()
        assert page.context.cookies() == []
        assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]

        embed = visit(f"/embed#q={quote(SECRET)}", base=base)
        embed.locator("article h2").first.wait_for()
        assert SECRET not in embed.url
        assert embed.context.cookies() == []
        assert embed.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
        handout = visit(f"/print#q={quote(SECRET)}", base=base)
        handout.locator("article h2").first.wait_for()
        for path in ("/embed/howto", "/source", "/source/exercise-in-water", "/api/docs"):
            assert visit(path, base=base).context.cookies() == []
        log = server.log
    assert "zyxquestion" not in log.read_text(encoding="utf-8")
    assert '"event": "answered"' in log.read_text(encoding="utf-8")
    files = written(tmp_path)
    assert any(path.name == "manifest.json" for path in files)
    assert [path for path in files if b"zyxquestion" in path.read_bytes()] == []


def test_the_server_itself_asks_nobody(serve):
    """Its process has no connection but those to its own port."""
    with serve() as server:
        process = Path(f"/proc/{server.process.pid}")
        open_files = [str(link.readlink()) for link in (process / "fd").iterdir()]
        sockets = {name for name in open_files if name.startswith("socket:")}
        remote = set()
        for table in ("tcp", "tcp6"):
            for line in (process / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if f"socket:[{fields[9]}]" in sockets and fields[3] != "0A":
                    remote.add(fields[2])
        local = {
            address for address in remote if address.endswith("0100007F") or "0100007F:" in address
        }
        assert remote - local == set()
