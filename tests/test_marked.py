from __future__ import annotations

from lxml.etree import _Element
from lxml.html import document_fromstring

from crawler.marked import Marks, finder, named, remembered, within

PAGE = document_fromstring(
    "<body class='post-date-page'><p id=a class='entry-date'>1</p><p id=b>2</p><div id=date-c><a id=d class=Date href=x>3</a>"
    "<time id=e class='lead published'>4</time></div><!-- entry-date --><p id=f class=''>5</p></body>"
)


def test_elements_come_in_the_order_of_the_page_by_a_part_of_class_or_id() -> None:
    found = finder(named("date published", ids="date-"))
    assert [one.get("id") for one in found(Marks(PAGE))] == [None, "a", "date-c", "e"]
    assert [one.get("id") for one in finder(named("Date"))(Marks(PAGE))] == ["d"]


def test_the_whole_page_is_searched_from_any_of_its_elements() -> None:
    found = finder(lambda one: one.tag in ("p", "time"), "p", "time")
    inner = Marks(PAGE.get_element_by_id("d"))
    assert [one.get("id") for one in found(inner)] == ["a", "b", "e", "f"]


def test_elements_of_one_class_are_told_apart_by_what_else_is_said_of_them() -> None:
    called = finder(lambda one: one.get("class") == "x", words="x")
    page = Marks(
        document_fromstring(
            "<p class=x>1</p><p class=x rel=author>2</p><p class=x>3</p><p rel=author>4</p>"
        )
    )
    by_author = finder(lambda one: one.get("rel") == "author", told=True)
    assert [one.text for one in by_author(page)] == ["2", "4"]
    assert [one.text for one in called(page)] == ["1", "2", "3"]


def test_what_was_answered_for_one_page_holds_for_the_next() -> None:
    asked: list[str] = []

    def is_date(element: _Element) -> bool:
        asked.append(str(element.get("class")))
        return element.get("class") == "date"

    found = finder(is_date, words="date")
    for count in (1, 2):
        page = document_fromstring("<div class=a></div>" + "<p class=date></p>" * count)
        assert len(found(Marks(page))) == count
    assert asked == ["date"]


def test_an_attribute_speaks_for_its_own_element_alone() -> None:
    page = "<p class='x who' rel=author>1</p>{}<p class=who>2</p><p class='x who'>3</p>"
    test = named("who")
    found = finder(
        lambda one: one.get("rel") == "author" or (test(one) and one.text == "2"), told=True
    )
    assert [one.text for one in found(Marks(document_fromstring(page.format(""))))] == ["1", "2"]


def test_words_that_are_asked_for_later_are_found_too() -> None:
    assert finder(named("lead"))(Marks(PAGE)) == [PAGE.get_element_by_id("e")]


def test_parts_are_taken_literally() -> None:
    assert finder(named("entry.date"))(Marks(PAGE)) == []


def test_what_is_inside_boxes_is_not_the_box() -> None:
    link = PAGE.get_element_by_id("d")
    assert within([PAGE], "a") == {link}
    assert within([link], "a") == set()


def test_long_texts_are_answered_and_not_kept() -> None:
    asked: list[int] = []

    def size(text: str) -> int:
        asked.append(len(text))
        return len(text)

    answer = remembered(size)
    assert [answer(text) for text in ("ab", "ab", "x" * 9000, "x" * 9000)] == [2, 2, 9000, 9000]
    assert asked == [2, 9000, 9000]
