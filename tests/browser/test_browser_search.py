"""A reader searches: in three scripts, by phrase, facet, day and order, with the keyboard and without JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.sights import Sight


def total(sight: Sight) -> int:
    """How many articles the page says there are."""
    return int(sight.page.inner_text(".count strong").replace(",", ""))


@pytest.mark.parametrize(
    ("words", "found", "language"),
    [
        ("armee", "armée", "fr"),
        ("TILLABERI", "Tillabéri", "fr"),
        ("جيش", "الجيش", "ar"),
        ("الجيش", "الجيش", "ar"),
        ("مسيرات", "مسيّرات", "ar"),
        ("ጋምቤላ", "በጋምቤላ", "am"),
        ("ሐይቅ", "ሐይቅ", "am"),
    ],
)
def test_three_scripts(sight: Sight, words: str, found: str, language: str) -> None:
    page = sight.search(words if words != "ጋምቤላ" else "በጋምቤ*")
    assert total(sight) > 0
    hit = page.locator(f".hit:has([lang={language}])").first
    assert any(found in mark for mark in hit.locator("mark").all_inner_texts())
    assert page.input_value("#q") == (words if words != "ጋምቤላ" else "በጋምቤ*")


def test_phrases(sight: Sight) -> None:
    page = sight.search('"chaine de telephones"')
    assert "Nara" in page.inner_text(".hit h2")
    assert total(sight) == 1
    sight.search("chaine telephones")
    assert total(sight) >= 1
    page = sight.search('"telephones chaine"')
    assert page.locator(".hit").count() == 0
    assert page.locator(".nothing").is_visible()


def test_a_facet(sight: Sight) -> None:
    page = sight.open("/")
    before = total(sight)
    choice = page.locator(".facet li a", has_text="Arabic")
    count = int(choice.locator(".n").inner_text())
    choice.click()
    page.wait_for_url("**/search?language=ar")
    assert total(sight) == count < before
    assert set(page.locator(".hit h2").evaluate_all("all => all.map(h => h.lang)")) == {"ar"}
    page.locator(".facet a.chosen").click()
    page.wait_for_url(re.compile(r"/(search)?$"))
    assert total(sight) == before


def test_the_timeline(sight: Sight) -> None:
    page = sight.search("armee")
    bar = page.locator(".timeline a").last
    said = bar.locator("title").text_content() or ""
    bar.locator(".reach").click()
    page.wait_for_url("**since=*")
    days = parse_qs(urlsplit(page.url).query)
    assert days["since"][0] in said
    assert total(sight) == int(said.rpartition(": ")[2])
    assert page.input_value(".days [name=since]") == days["since"][0]
    shown = page.locator(".hit time").first.get_attribute("datetime") or ""
    assert days["since"][0] <= shown[:10] <= days["until"][0]
    page.click("text=All dates")
    assert "since" not in page.url


def test_the_order(sight: Sight) -> None:
    page = sight.search("armee")
    dates = page.locator(".hit time").evaluate_all("all => all.map(t => t.dateTime)")
    assert dates == sorted(dates, reverse=True)
    page.click(".orders >> text=Best first")
    page.wait_for_url("**sort=best**")
    assert page.inner_text(".orders [aria-current]") == "Best first"
    assert page.locator(".hit").count() == len(dates)


def test_an_export(sight: Sight, tmp_path: Path) -> None:
    page = sight.search("armee")
    for name, lines_of_head in (("JSON Lines", 0), ("CSV", 1)):
        with page.expect_download() as download:
            page.click(f".exports >> text={name}")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) >= total(sight) + lines_of_head
        assert name != "JSON Lines" or all(json.loads(line)["id"] for line in lines)


def test_the_keyboard(sight: Sight) -> None:
    page = sight.search("armee")
    page.evaluate("document.activeElement.blur()")
    focused = (
        "() => document.activeElement.closest('.hit h2 a')?.pathname ?? document.activeElement.id"
    )
    page.keyboard.press("/")
    assert page.evaluate(focused) == "q"
    page.keyboard.press("Escape")
    links = page.locator(".hit h2 a").evaluate_all("all => all.map(a => a.pathname)")
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == links[number], key
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    assert page.evaluate(focused) == links[1]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{links[1]}")


def test_pages_by_key(sight: Sight) -> None:
    page = sight.open("/")
    page.keyboard.press("n")
    page.wait_for_url("**page=2")
    page.keyboard.press("p")
    page.wait_for_url(re.compile(r"/(search)?$"))


def test_all_by_tabulator(sight: Sight) -> None:
    """The first step leads past the masthead; where one is can always be seen."""
    page = sight.search("armee")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate(
        "link => link === document.activeElement && link.getBoundingClientRect().left >= 0"
    )
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_without_javascript(sight: Sight) -> None:
    page = sight.anew(java_script_enabled=False)
    page.goto(f"{sight.address}/search?q=armee")
    assert page.locator(".hit").count() > 1
    assert not page.locator("#keys").is_visible()
    page.locator(".hit h2 a").first.click()
    page.locator("article.text h1").wait_for()  # a click does not wait until the page is there
