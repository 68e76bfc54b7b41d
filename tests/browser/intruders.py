"""An archive with intruders: articles and pages made of markup that would run, and one that asks for everything elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from archive.article import Article, Provenance
from archive.articles import ArticleStore
from archive.keep import open_archive, release
from archive.reader import Record
from tests.browser.sights import RAN
from tests.readingroom import exchange
from tests.stories import article

SITE = "http://intrus.example"
LEAKY = f"{SITE}/leaky"
MOMENT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
STAMP = "20260203040506"
_RUN = f"alert(1),console.log(&quot;{RAN}&quot;)"
_CALL = f"alert(1);console.log(`{RAN}`)"

# Each would run in a page that is careless in its own way.
STRINGS = (
    f"<script>{_CALL}</script>", f"\"><script>{_CALL}</script>", f"'><script>{_CALL}</script>",
    f"</title><script>{_CALL}</script>", f"</textarea><script>{_CALL}</script>", f"--><script>{_CALL}</script>",
    f"]]><script>{_CALL}</script>", f"</style><script>{_CALL}</script>", f"</script><script>{_CALL}</script>",
    f"<ScRiPt/x>{_CALL}</sCrIpT >", f"<img src=x onerror='{_RUN}'>", f"<img src=x onerror={_RUN} ",
    f"<img/src/onerror={_RUN}>", f"<svg onload={_RUN}>", f"<svg><script>{_CALL}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>", f"<body onload={_RUN}>", f"<details open ontoggle={_RUN}>x",
    f"<video><source onerror={_RUN}></video>", f"<audio src=x onerror={_RUN}>", f"\" autofocus onfocus={_RUN} x=\"",
    f"' autofocus onfocus={_RUN} x='", f"<input autofocus onfocus={_RUN}>", f"<iframe srcdoc='<script>{_CALL}</script>'>",
    f"<iframe src='javascript:{_CALL}'></iframe>", f"<object data='javascript:{_CALL}'></object>",
    f"<embed src='data:text/html,<script>{_CALL}</script>'>", f"javascript:{_CALL}//", f"java\tscript:{_CALL}//",
    f"<meta http-equiv=refresh content='0;url=javascript:{_CALL}'>", f"<style>@import '//x';</style><script>{_CALL}</script>",
    f"<math><mtext></p><style><a title=\"</style><img src=x onerror={_RUN}>\">", f"&lt;script&gt;{_CALL}&lt;/script&gt;",
    f"{{{{ ''.__class__ }}}}<script>{_CALL}</script>", f"<noscript><p title=\"</noscript><script>{_CALL}</script>\">",
)  # fmt: skip

_LEAKS = f"""<!doctype html><html><head><meta charset=utf-8><title>Leaky</title>
<base href="http://live1.example/deep/">
<link rel=preconnect href="http://live2.example"><link rel=dns-prefetch href="//live3.example">
<link rel=preload as=image href="https://live4.example/a.png" imagesrcset="http://live5.example/b.png 2x">
<link rel=prefetch href="http://live6.example/"><link rel=modulepreload href="http://live7.example/m.js">
<link rel=stylesheet href="http://live8.example/s.css"><link rel=stylesheet href="{SITE}/leaky.css">
<link rel="shortcut icon" href="http://live9.example/i.ico"><link rel=manifest href="http://live10.example/m.json">
<meta http-equiv=refresh content="1; url=http://live11.example/"><meta http-equiv=x-dns-prefetch-control content=on>
<meta http-equiv="Content-Security-Policy" content="report-uri http://live12.example/">
<noscript><meta http-equiv=refresh content="1;URL='http://live13.example/'"><img src="http://live14.example/n.png"></noscript>
<style>@import url(http://live15.example/c.css); @import "http://live16.example/d.css";
@font-face {{ font-family: f; src: url('http://live17.example/f.woff2') }} h1 {{ font-family: f }}
p {{ background: url( "http://live18.example/p.png" ) }} h1::after {{ content: url(\\68 ttp://live19.example/h.png) }}
b {{ background: image-set("http://live20.example/b.png" 1x) }} i {{ background: u\\72l(http://live21.example/i.png) }}</style>
<script src="http://live22.example/x.js"></script><script type=speculationrules>
{{"prefetch": [{{"source": "list", "urls": ["http://live23.example/"]}}]}}</script>
<script>{_CALL}; document.title = "{RAN}"; fetch("http://live24.example/"); location = "http://live25.example/";</script>
</head><body background="http://live26.example/bg.png" onload="{_RUN}"><h1>Nothing leaves</h1>
<img src=//live27.example/i.png srcset="http://live28.example/1.png 1x, //live29.example/2.png 2x">
<picture><source srcset="https://live30.example/s.webp"><img src="/relative.png"></picture>
<img data-src="http://live31.example/lazy.png"><img
src = ' http://live32.example/j.png' ><IMG SRC=http&#58;//live33.example/k.png><img src="ht
tp://live34.example/t.png"><img/src=http:\\\\live35.example\\b.png>
<video src="http://live36.example/v.mp4" poster="http://live37.example/v.jpg" autoplay></video><audio src="http://live38.example/a.ogg" autoplay></audio>
<object data="http://live39.example/o.svg"></object><embed src="http://live40.example/e.svg">
<iframe src="http://live41.example/f.html"></iframe><iframe srcdoc="<img src=http://live42.example/z.png>"></iframe>
<svg><image href="http://live43.example/i.svg" /><image xlink:href="http://live44.example/x.svg" /><use href="http://live45.example/u.svg#a" />
<image><set attributeName="href" to="http://live46.example/anim.png" /></image><a id=animated><animate attributeName=href values="http://live47.example/" dur=1s fill=freeze /><text y=20>animated</text></a></svg>
<form id=form action="http://live48.example/" target=_top><button id=button formaction="http://live49.example/">Send</button></form>
<a id=ping ping="http://live50.example/" href="http://live51.example/article" target=_blank>A link</a>
<p style="background: url(&quot;http://live52.example/q.png&quot;)">Paragraph <b>bold</b> <i>italic</i></p>
<table background="http://live53.example/t.png"><tr><td>cell</table><input type=image src="http://live54.example/y.png">
<template><img src="http://live55.example/tpl.png"></template><img src="http://169.254.169.254/latest/meta-data/">
<!-- ><img src="http://live56.example/comment.png"> --!><img src="http://live57.example/after.png">
<link rel=stylesheet href="{SITE}/leaky.css"><p id=last>The end</p></body></html>"""

_LEAKY_CSS = """@import 'http://live60.example/c.css'; @IMPORT url( http://live61.example/d.css ) screen;
#last { color: rgb(1, 2, 3); background: url(http://live62.example/a.png), url('//live63.example/b.png');
cursor: url(http://live64.example/c.cur), auto; list-style-image: url(http://live65.example/d.png);
mask: url(http://live66.example/m.svg#m); border-image-source: -webkit-image-set(url(http://live67.example/b.png) 1x) }"""


def page_of(number: int) -> str:
    """Where the page of that string was."""
    return f"{SITE}/{number}/{quote(STRINGS[number], safe='')}"


def add_intruders(data_dir: Path) -> None:
    """Keep them in the archive and the catalogue."""
    archive = open_archive(data_dir, {"software": "test"})
    kept = [
        archive.keep(exchange(page_of(number), _page(string), MOMENT))
        for number, string in enumerate(STRINGS)
    ]
    headers = "Content-Type: text/html\r\nRefresh: 0;url=http://live70.example/\r\nLink: <http://live71.example/>; rel=preload"
    archive.keep(exchange(LEAKY, _LEAKS, MOMENT, headers)).result(10)
    archive.keep(
        exchange(f"{SITE}/leaky.css", _LEAKY_CSS, MOMENT, "Content-Type: text/css")
    ).result(10)
    records = [future.result(10) for future in kept]
    release(archive)
    store = ArticleStore(data_dir)
    added = [store.add(_article(number, record)) for number, record in enumerate(records)]
    for future in added:
        future.result(10)
    store.close()


def _page(string: str) -> str:
    return f"<!doctype html><title>{string}</title><p>{string}</p><a href=\"{string}\">{string}</a><img alt='{string}'>"


def _article(number: int, record: Record) -> Article:
    string = STRINGS[number]
    provenance = Provenance(
        warc_file=record.file,
        warc_offset=record.offset,
        record_id=record.id,
        payload_digest=record.field("WARC-Payload-Digest") or "",
        extractor=string,
    )
    url = page_of(number)
    return article(
        f"intruder-{number}", url=url, canonical_url=url, title=string, lead=string, text=f"intrus {string}\n\n{string}",
        authors=(string,), section=string, site=string, language="fr", access=string, warnings=(string,), tags=(string,),
        provenance=provenance, published_at="2026-02-03", fetched_at="2026-02-03T04:05:06Z",
    )  # fmt: skip
