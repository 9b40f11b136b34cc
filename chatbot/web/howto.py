"""`/embed/howto`: for a clinic that wants the page in its own site. The line to copy, and where."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from chatbot.regions import known_regions
from chatbot.web import words
from chatbot.web.origins import ANYBODY
from chatbot.web.page import page
from chatbot.web.service import Service

_ROOT = "../"  # from /embed/howto


def routes(service: Service) -> APIRouter:
    """The page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/embed/howto")
    def howto() -> HTMLResponse:
        """Settings, the lines that they make, and a preview; `howto.js` fills the lines in."""
        return page(
            title="Put the questions in your site",
            body=_body(service),
            root=_ROOT,
            styles=("howto.css",),
            scripts=("clipboard.js", "howto.js"),
        )

    return router


def _body(service: Service) -> str:
    title = escape(words.title(service.bot.corpus))
    # The "pattern" attribute knows no "in any case".
    codes = "|".join("".join(f"[{c}{c.lower()}]" for c in code) for code in known_regions())
    topics = "".join(f"<option>{escape(topic)}</option>" for topic in service.bot.corpus.topics)
    return f"""
<main>
<h1>Put the questions in your site</h1>
<p>One line in a page of your site shows your visitors a small page where they can ask. It loads
nothing from other companies, sets no cookies and stores no questions.</p>
<noscript><p><strong>This page needs JavaScript to write the line for you.</strong></p></noscript>

<h2>1. Choose how it looks</h2>
<form id="settings">
<fieldset><legend>Where it stands</legend>
<label><input type="radio" name="place" value="page" checked> In the page</label>
<label><input type="radio" name="place" value="button"> Behind a button in the corner</label>
</fieldset>
<p id="words" hidden><label for="button">Words on the button</label>
<input id="button" name="button" value="{title}?" maxlength="80"></p>
<p><label for="title">Title, read out by screen readers</label>
<input id="title" name="title" value="{title}" maxlength="120"></p>
<p><label for="theme">Colours</label>
<select id="theme" name="theme"><option value="auto">As the visitor's device</option>
<option value="light">Light</option><option value="dark">Dark</option></select></p>
<p><label for="topic">Topic of the first questions offered</label>
<select id="topic" name="topic"><option value="">All topics</option>{topics}</select></p>
<p><label for="region">Country of your visitors: two letters, such as GB</label>
<input id="region" name="region" maxlength="2" pattern="{codes}" autocomplete="off"></p>
<p><label for="accent">Colour of links and buttons: six digits, such as 0b5c7a</label>
<input id="accent" name="accent" maxlength="7" pattern="#?[0-9A-Fa-f]{{6}}" autocomplete="off"></p>
<p><label for="site">Address of your site</label>
<input id="site" name="site" type="url" placeholder="https://your.site" autocomplete="url"></p>
</form>

<h2>2. Copy one line</h2>
<p>With the script, the frame grows with the answers. Take this line if your site allows
scripts.</p>
{_code("script-line", "Script line")}
<p>Without a script, the frame has a fixed height and scrolls inside. It always stands in the
page.</p>
{_code("frame-line", "Frame line")}

<h2>3. Paste it in your site</h2>
<h3>Plain HTML</h3>
<p>Paste either line where the questions should stand, before <code>&lt;/body&gt;</code>. If your
site sends a content security policy, add <code class="home"></code> to its
<code>frame-src</code>, and for the script line to its <code>script-src</code> too.</p>
<h3>WordPress</h3>
<ol>
<li>Open the page in the editor, choose <b>+</b>, and add the block <b>Custom HTML</b>.</li>
<li>Paste a line into the block, choose <b>Preview</b> to see it, then save the page.</li>
</ol>
<p>WordPress keeps these lines only if you may post unfiltered HTML. Administrators and Editors may;
in a network of sites only Super Admins may. If the line is gone after saving, ask one of them.</p>
<h3>Drupal</h3>
<ol>
<li>Edit the page, or a block of the type that has a formatted text field.</li>
<li>Under the field set the text format to <b>Full HTML</b>, then choose <b>Source</b> in the
toolbar.</li>
<li>Paste the frame line, choose <b>Source</b> again, and save.</li>
</ol>
<p>If the line is gone after saving, the text format limits the allowed tags. An administrator can
allow this one, under Configuration, Content authoring, Text formats and editors, in the Source
button's list of manually editable tags:</p>
{_code("drupal-tag", "Tag to allow")}

<h2>4. Let your site show it</h2>
{_allowed(service.allow_embed)}
<p>Whoever runs this server adds the address of your site to the options it starts with:</p>
{_code("server-line", "Command for the server")}

<h2>5. See it</h2>
<p>This is how it will look in your page, or behind your button.</p>
<iframe id="preview" title="Preview: {title}" loading="lazy"></iframe>
</main>"""


def _code(name: str, label: str) -> str:
    return (
        f'<div class="code"><pre id="{name}" aria-label="{label}" role="group" tabindex="0"></pre>'
        f'<button type="button" class="copy" data-copies="{name}">Copy<span class="unseen"> '
        f'{label.lower()}</span></button><span class="said" role="status"></span></div>'
    )


def _allowed(origins: Iterable[str]) -> str:
    """Which sites may show the page now; `howto.js` reads them for the command."""
    origins = tuple(origins)
    if ANYBODY in origins:
        return '<p id="allowed">Every site may show it now. To name the sites is safer.</p>'
    if not origins:
        return '<p id="allowed">No other site may show it yet.</p>'
    items = "".join(f"<li><code>{escape(origin)}</code></li>" for origin in origins)
    return f'<p>These sites may show it now:</p><ul id="allowed">{items}</ul>'
