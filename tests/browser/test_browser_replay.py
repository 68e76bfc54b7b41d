"""Articles beside archived pages; archived pages that would run scripts and ask for everything elsewhere."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.browser.intruders import LEAKY, SITE, STAMP, STRINGS, page_of
from tests.browser.sights import RAN, Sight

LOADED = """() => [...document.images].every(i => i.complete) && [...document.images].filter(i => i.naturalWidth).length"""


def _first_article(sight: Sight, words: str) -> None:
    page = sight.search(words)
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/article/*")
    page.wait_for_load_state()


@pytest.mark.parametrize("words", ["Menaka convoi", "Monguno road", "جيش", "ጥይት", "Ancuabe"])
def test_an_article_beside_its_page(sight: Sight, words: str) -> None:
    _first_article(sight, words)
    page = sight.page
    title = page.inner_text("article.text h1")
    assert len(page.inner_text("article.text")) > 500
    frame = page.frame_locator(".archived iframe")
    assert title in " ".join(frame.locator("body").inner_text().split())
    inside = page.frames[1]
    assert inside.evaluate(LOADED)
    assert inside.evaluate("[...document.styleSheets].filter(s => s.href).length") >= 1
    assert inside.evaluate("origin") == "null"
    assert re.search(r"/replay/\d{14}/http://127\.0\.0\.1\d:", inside.url)


def test_an_archived_page_alone_and_a_link_in_it(sight: Sight) -> None:
    _first_article(sight, "Menaka convoi")
    sight.page.click("text=Open it alone")
    sight.page.wait_for_url("**/replay/*/**")
    page = sight.page
    page.wait_for_load_state()
    assert page.evaluate(LOADED)
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times New Roman"
    outside = "all => all.map(a => a.href).filter(h => !h.startsWith(location.origin + '/replay/') && !h.includes('#'))"
    assert not page.locator("a[href^=http], area[href]").evaluate_all(outside)
    page.locator("nav a[href*='/replay/']").first.click()
    page.wait_for_load_state()
    assert page.url.startswith(f"{sight.address}/")


def test_verify_now(sight: Sight) -> None:
    _first_article(sight, "Menaka convoi")
    sight.page.click("text=Verify now")
    assert "Verified" in sight.page.inner_text(".verdict.good")
    with sight.page.expect_download() as download:
        sight.page.click("text=Download this record as WARC")
    assert download.value.suggested_filename.endswith(".warc.gz")


def test_an_unknown_address_leads_to_what_is_nearby(sight: Sight) -> None:
    _first_article(sight, "Menaka convoi")
    url = sight.page.inner_text(".facts dd.break >> nth=0")
    page = sight.open(f"/replay/2026/{url.rstrip('/')}-x/")
    assert page.inner_text("h1") == "Not in the archive"
    page.locator(".list a", has_text=url).click()
    page.locator(".captures a").first.click()
    page.wait_for_url(f"**/replay/*/{url}")
    assert "convoi" in page.inner_text("body")


def test_nothing_leaves_from_an_archived_page(sight: Sight) -> None:
    page = sight.open(f"/replay/{STAMP}/{LEAKY}")
    page.mouse.move(30, 30)
    page.wait_for_timeout(1500)  # the refreshes of the page would have come after one second
    assert page.title() == "Leaky"
    assert page.url == f"{sight.address}/replay/{STAMP}/{LEAKY}"
    assert (
        page.evaluate("getComputedStyle(document.getElementById('last')).color") == "rgb(1, 2, 3)"
    )
    assert not page.evaluate("[...document.querySelectorAll('[onload], [onerror], [ping]')].length")


@pytest.mark.parametrize("target", ["#ping", "#button", "#animated text"])
def test_nothing_leaves_when_something_is_clicked(sight: Sight, target: str) -> None:
    page = sight.open(f"/replay/{STAMP}/{LEAKY}")
    page.locator(target).hover()
    page.locator(target).click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert page.url.startswith(f"{sight.address}/")


def test_nothing_leaves_from_an_archived_page_in_a_frame(sight: Sight) -> None:
    page = sight.open("/article/intruder-0")
    page.locator(".archived iframe").evaluate(
        "(frame, there) => frame.src = there", f"/replay/{STAMP}/{LEAKY}"
    )
    frame = page.frame_locator(".archived iframe")
    frame.locator("#last").wait_for()
    page.wait_for_timeout(1300)
    frame.locator("#ping").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert page.url.endswith("/article/intruder-0")


def test_strings_that_would_run_are_text(sight: Sight) -> None:
    for number, string in enumerate(STRINGS):
        page = sight.open(f"/article/intruder-{number}")
        assert _plain(page.inner_text("article.text h1")) == _plain(string)
        assert page.frames[1].url.startswith(f"{sight.address}/replay/{STAMP}/{SITE}/{number}/")
        assert not page.frames[1].locator(".masthead").count(), "not the archived page"
        assert sight.strangers == []


def test_pages_that_would_run_something_do_not_alone_either(sight: Sight) -> None:
    for number in range(len(STRINGS)):
        page = sight.open(f"/replay/{STAMP}/{page_of(number)}")
        assert not page.locator(".masthead").count(), "not the archived page"
        assert page.url.startswith(f"{sight.address}/replay/{STAMP}/{SITE}/{number}/")
        assert sight.strangers == []


def test_strings_that_would_run_are_text_in_lists_and_addresses(sight: Sight) -> None:
    for path in (
        "/search?q=intrus",
        "/search?q=intrus&page=2",
        "/search?q=script",
        f"/captures/{SITE}/none",
    ):
        page = sight.open(path)
        assert page.locator("script").count() == 1
        assert not page.locator(
            "main svg script, main img, main iframe, main object, main embed, main meta"
        ).count()
    for string in STRINGS:
        written = quote(string)
        page = sight.open(f"/search?q={written}&site={written}&since={written}")
        assert page.input_value("#q") == string.strip()


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_the_trap_works(sight: Sight, elsewhere) -> None:  # type: ignore[no-untyped-def]
    """What would leave is noticed: a link that leads elsewhere, a script that runs."""
    context = sight.page.context.browser.new_context()  # type: ignore[union-attr]
    page = context.new_page()
    page.set_content("<a href='http://live99.example/'>out</a><img src='http://203.0.113.7/x.png'>")
    page.click("a", no_wait_after=True)
    for _ in range(50):
        if any("live99.example" in k for k in elsewhere.knocks) and any(
            "203.0.113.7" in k for k in elsewhere.knocks
        ):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(f"only {elsewhere.knocks}")
    context.close()
    sight.page.evaluate("said => console.log(said)", RAN)
    assert sight.strangers == [f"about:blank: {RAN}"]
    sight.strangers.clear()
    elsewhere.knocks.clear()
