from __future__ import annotations

from lxml.html import document_fromstring

from crawler.marked import finder, named, remembered, within

PAGE = document_fromstring(
    "<body class='post-date-page'><p id=a class='entry-date'>1</p><p id=b>2</p><div id=date-c><a id=d class=Date href=x>3</a>"
    "<time id=e class='lead published'>4</time></div><!-- entry-date --><p id=f class=''>5</p></body>"
)


def test_elements_come_in_the_order_of_the_page_by_a_part_of_class_or_id() -> None:
    found = finder(named("date published", ids="date-"))
    assert [one.get("id") for one in found(PAGE)] == [None, "a", "date-c", "e"]
    assert [one.get("id") for one in finder(named("Date"))(PAGE)] == ["d"]


def test_the_whole_page_is_searched_from_any_of_its_elements_and_tags_narrow_it() -> None:
    inner = PAGE.get_element_by_id("d")
    assert [one.get("id") for one in finder(named("date published"), "p", "time")(inner)] == [
        "a",
        "e",
    ]


def test_parts_are_taken_literally() -> None:
    assert finder(named("entry.date"))(PAGE) == []


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
