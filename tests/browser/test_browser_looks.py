"""What can be measured of how the room looks: width, contrast, direction; and pictures of it, to be looked at."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.sights import Sight

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
PAGES = {
    "home": "/",
    "search": "/search?q=armee",
    "arabic": "/search?q=" + quote("جيش"),
    "amharic": "/search?language=am",
    "filtered": "/search?language=fr&country=ML&unique=1&since=2026-01-01",
    "nothing": "/search?q=zzzz",
    "coverage": "/coverage",
    "missing": "/captures/http://intrus.example/nothing/" + "a-long-name-" * 20,
    "intruder": "/article/intruder-0",
}

_ONCE = {
    "amharic",
    "nothing",
    "missing",
    "intruder",
}  # on the phone: made of parts that others show


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_fits_and_can_be_read(sight: Sight, size: dict[str, int], scheme: str) -> None:
    device = "phone" if size is PHONE else "desk"
    page = sight.anew(viewport=size, color_scheme=scheme, has_touch=device == "phone")
    faults = []
    for name, path in PAGES.items():
        if name in _ONCE and (size, scheme) != (PHONE, "light"):
            continue
        sight.open(path)
        faults += _faults(sight, f"{name}-{device}-{scheme}")
    for name, words in (
        ("article", "Menaka convoi"),
        ("article-arabic", "جيش"),
        ("article-amharic", "ጥይት"),
    ):
        sight.open("/search?q=" + quote(words))
        page.locator(".hit h2 a").first.click()
        page.wait_for_load_state()
        faults += _faults(sight, f"{name}-{device}-{scheme}")
    page.keyboard.press("?")
    faults += _faults(sight, f"help-{device}-{scheme}")
    assert faults == []


def _faults(sight: Sight, name: str) -> list[str]:
    """What is wrong with the page, of which a picture is kept."""
    sight.keep(name)
    wide = sight.overhang()
    faint = [f"{name}: contrast {said}" for said in sight.faint()]
    return [*faint, f"{name}: {wide} pixels too wide"] if wide else faint


def test_dark_is_dark(sight: Sight) -> None:
    light = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)[0] > 127"
    assert sight.open("/").evaluate(light)
    sight.page.emulate_media(color_scheme="dark")
    assert not sight.page.evaluate(light)


def test_arabic_runs_from_right_to_left(sight: Sight) -> None:
    page = sight.search("جيش")
    assert page.locator("#q").evaluate("box => box.matches(':dir(rtl)')")
    hit = page.locator(".hit").first
    for part in ("h2", ".snippet"):
        assert hit.locator(part).evaluate("part => getComputedStyle(part).direction") == "rtl"
        assert hit.locator(part).evaluate(_AT_RIGHT)
    hit.locator("h2 a").click()
    page.wait_for_load_state()
    assert page.locator("article.text > p").first.evaluate(_AT_RIGHT)
    assert page.locator("article.text").get_attribute("lang") == "ar"
    inside = page.frames[1]
    assert inside.evaluate("getComputedStyle(document.body).direction") == "rtl"


_AT_RIGHT = """part => {
  const range = document.createRange();
  range.selectNodeContents(part);
  const lines = [...range.getClientRects()], box = part.getBoundingClientRect();
  return lines.length > 0 && Math.abs(Math.max(...lines.map(l => l.right)) - box.right) < 3;
}"""


def test_every_text_is_in_its_language(sight: Sight) -> None:
    """For those who listen: screen readers choose a voice by it."""
    page = sight.open("/search?q=" + quote("ጥይት"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".hit h2").first.get_attribute("lang") == "am"
    unnamed = "all => all.filter(e => !(e.innerText || e.getAttribute('aria-label') || '').trim()).map(e => e.outerHTML)"
    assert page.locator("main a:not(svg a), button, summary").evaluate_all(unnamed) == []
    assert page.locator("h1").count() == 1


def test_a_phone_has_room_for_fingers(sight: Sight) -> None:
    """Targets of at least 24 pixels, WCAG 2.2 (2.5.8); those within a sentence are excepted."""
    page = sight.anew(viewport=PHONE, has_touch=True)
    sight.open("/search?q=armee")
    page.click("#filters summary")
    small = "all => all.filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height]).filter(e => e[1] < 24)"
    assert page.locator(".facet li a, .masthead a, button, summary").evaluate_all(small) == []


def test_printed_it_is_the_text(sight: Sight) -> None:
    page = sight.search("Menaka convoi")
    page.locator(".hit h2 a").first.click()
    page.locator("article.text h1").wait_for()
    page.emulate_media(media="print")
    assert page.locator("article.text h1").is_visible()
    assert not page.locator(".archived").is_visible()
