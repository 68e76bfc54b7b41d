"""What a page and a style sheet need, as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HTMLParser, document_fromstring

from crawler.requisites import css_requisites, page_requisites

PAGE = "https://news.example/2026/a.html"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<link rel="stylesheet" href="/s.css">', ["/s.css"]),
        ('<link rel="Stylesheet preload" href="s.css?v=2">', ["/2026/s.css?v=2"]),
        ('<link rel="preload" as="font" href="/f.woff2">', ["/f.woff2"]),
        ('<link rel="preload" as="script" href="/x.js">', []),
        ('<link rel="canonical" href="/a">', []),
        ('<link rel="shortcut icon" href="/favicon.ico">', ["/favicon.ico"]),
        ('<img src="/i.jpg">', ["/i.jpg"]),
        ('<img src="data:image/gif;base64,R0" data-src="/lazy.jpg">', ["/lazy.jpg"]),
        ('<img data-lazy-src="/a.jpg" data-lazy-srcset="/b.jpg 2x">', ["/a.jpg", "/b.jpg"]),
        ('<img srcset="/a.jpg 320w, /b,c.jpg 640w,/d.jpg 2x">', ["/a.jpg", "/b,c.jpg", "/d.jpg"]),
        ('<img srcset="/a.jpg, /b.jpg 2x">', ["/a.jpg", "/b.jpg"]),
        ('<picture><source srcset="/a.webp"><img src="/a.jpg"></picture>', ["/a.webp", "/a.jpg"]),
        ('<video src="/v.mp4" poster="/p.jpg"><source src="/v.webm"></video>', ["/p.jpg"]),
        ('<audio><source src="/a.mp3"></audio>', []),
        ("<div style=\"background-image: url('/bg.png')\"></div>", ["/bg.png"]),
        ('<style>@import "/x.css"; p { background: url(/y.png) }</style>', ["/x.css", "/y.png"]),
        ('<svg><image href="/s.png"/></svg>', ["/s.png"]),
        ('<script src="/x.js"></script><iframe src="/f"></iframe>', []),
        ('<base href="https://cdn.example/"><img src="i.jpg">', ["https://cdn.example/i.jpg"]),
        ('<img src="/i.jpg"><img src="/i.jpg">', ["/i.jpg"]),
        ('<img src="http://[bad"><img src="javascript:x()">', []),
    ],
)
def test_page(markup: str, expected: list[str]) -> None:
    wanted = [e if "://" in e else f"https://news.example{e}" for e in expected]
    page = document_fromstring(f"<html><head></head><body>{markup}</body></html>")
    assert page_requisites(page, PAGE) == wanted


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("@import url(a.css);", ["a.css"]),
        ('@import url("a.css") screen;', ["a.css"]),
        ("@import 'a.css';", ["a.css"]),
        ("@font-face { src: url(f.woff2) format('woff2'), url(f.ttf) }", ["f.woff2", "f.ttf"]),
        ("p { background: url( 'a b.png' ) } /* url(no.png) */", ["a%20b.png"]),
        ("p { background: url(data:image/png;base64,AA) }", []),
        ("p { color: red }", []),
        ("P { BACKGROUND: URL(a.png) }", ["a.png"]),
        (r"p { background: \75rl(a.png) }", ["a.png"]),
        (r"@\69mport 'a.css';", ["a.css"]),
        ("p { background: image-set('a.png' 1x) }", ["a.png"]),
    ],
)
def test_css(css: str, expected: list[str]) -> None:
    wanted = [f"https://news.example/css/{e}" for e in expected]
    assert css_requisites(css.encode(), "https://news.example/css/s.css") == wanted


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    page = document_fromstring(b"<p>" + data, parser=HTMLParser(huge_tree=True))
    assert isinstance(page_requisites(page, PAGE), list)
    assert isinstance(css_requisites(data, PAGE), list)
