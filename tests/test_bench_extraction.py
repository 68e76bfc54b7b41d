"""The extraction bench: its scores, its data folders, extractors that are missing, die or hang."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
from articlepage import named, story

from bench import extraction_runs
from bench.extraction import main
from bench.extraction_pages import Page, Truth, newsroom_pages, pages_in
from bench.extraction_runs import Extractor, MissingError, answers, extractor
from bench.extraction_scores import Answer, score, shingles, summary
from bench.peers.runner import EXTRACTORS

TEXT = "Le pont de Ngala est rouvert depuis mardi matin.\nLes camions passent de nouveau."
TRUTH = Truth(texts=(TEXT,))


def test_the_whole_text_is_exact_whatever_the_blanks() -> None:
    found = score(TRUTH, Answer(text=TEXT.replace("\n", "\n\n  ")))
    assert (found.precision, found.recall, found.f1, found.exact) == (1.0, 1.0, 1.0, True)


def test_half_of_the_text_is_all_precision_and_little_recall() -> None:
    found = score(TRUTH, Answer(text=TEXT.partition("\n")[0]))
    assert found.precision == 1.0
    assert found.recall == pytest.approx(6 / 11)
    assert not found.exact


def test_furniture_costs_precision() -> None:
    found = score(TRUTH, Answer(text=f"{TEXT} Abonnez-vous à notre lettre"))
    assert found.recall == 1.0
    assert found.precision == pytest.approx(11 / 16)


@pytest.mark.parametrize("text", ["", "Tout autre chose que ce qui est vrai"])
def test_nothing_right_is_nothing(text: str) -> None:
    found = score(TRUTH, Answer(text=text))
    assert found.f1 == 0.0
    assert summary([found], [Answer(text=text)]).nothing == 1


def test_an_empty_answer_has_no_precision() -> None:
    scores = [score(TRUTH, Answer()), score(TRUTH, Answer(text=TEXT))]
    both = summary(scores, [Answer(), Answer(text=TEXT)])
    assert (both.precision, both.recall, both.macro_f1) == (1.0, 0.5, 0.5)
    assert both.f1 == pytest.approx(2 / 3)


def test_a_text_shorter_than_a_shingle_is_one() -> None:
    assert shingles("deux mots").total() == 1
    assert shingles("").total() == 0
    assert shingles("un deux trois quatre cinq").total() == 2


def test_either_of_two_texts_is_right() -> None:
    truth = Truth(texts=(TEXT, f"Le chapeau.\n{TEXT}"))
    assert score(truth, Answer(text=f"Le chapeau. {TEXT}")).exact
    assert score(truth, Answer(text=TEXT)).exact


def test_snippets_and_leftovers() -> None:
    truth = Truth(inside=("rouvert depuis", "camions"), leftovers=("Abonnez-vous", "Lire aussi"))
    found = score(truth, Answer(text="Le pont est rouvert  depuis mardi. Lire aussi"))
    assert (found.inside, found.missed, found.leftovers) == (1, 1, 1)
    assert summary([found], [Answer()]).snippets == pytest.approx(0.5)
    assert summary([found], [Answer()]).leaking == 1.0


def test_what_the_text_says_itself_is_no_leftover() -> None:
    truth = Truth(texts=(TEXT,), leftovers=("Les camions passent",))
    assert score(truth, Answer(text=TEXT)).leftovers == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [(f"{TEXT}\nMardi", 1), (f"{TEXT}\nMardis", 0), (TEXT, 0), (f"Mardi {TEXT}", 1)],
)
def test_short_labels_count_outside_the_true_paragraphs(text: str, left: int) -> None:
    truth = Truth(texts=(TEXT,), leftovers=("Mardi",), is_strict=True)
    assert score(truth, Answer(text=text)).leftovers == left


@pytest.mark.parametrize(
    ("true", "said", "is_right"),
    [
        ("L’armée « avance »", "L'ARMÉE “avance”", True),
        ("Pont rouvert", "Pont rouvert – Kibaru", False),
        ("Pont", None, False),
    ],
)
def test_titles(true: str, said: str | None, is_right: bool) -> None:
    assert score(Truth(title=true), Answer(title=said)).title is is_right


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (("Awa Sow", "Ali Ba"), 1.0),
        (("Par Awa Sow et Ali Ba",), 1.0),
        (("awa sow",), 2 / 3),
        (("La Rédaction",), 0.0),
        ((), 0.0),
    ],
)
def test_authors(said: tuple[str, ...], points: float) -> None:
    found = score(Truth(authors=("Awa Sow", "Ali Ba")), Answer(authors=said))
    assert found.authors == pytest.approx(points)


@pytest.mark.parametrize(
    ("said", "is_right"),
    [("2026-03-14T23:59:00+01:00", True), ("2026-03-15", False), (None, False)],
)
def test_dates(said: str | None, is_right: bool) -> None:
    assert score(Truth(date="2026-03-14"), Answer(date=said)).date is is_right


def test_what_an_extractor_never_tells_is_not_called_wrong() -> None:
    scores = [score(Truth(title="Pont", date="2026-03-14"), Answer(title="Pont"))]
    found = summary(scores, [Answer(title="Pont")])
    assert (found.title, found.date) == (1.0, None)


def test_the_newsroom_is_all_there() -> None:
    pages = list(newsroom_pages())
    assert len(pages) == 84
    assert len({page.site for page in pages}) == 5
    assert all(page.truth.texts and page.truth.title for page in pages)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pages of one site, one of them gzipped."""
    title, texts = story()
    html = named(title, texts).encode()
    truth = {"text": "\n".join(texts), "title": title, "authors": ["Mariam Coulibaly"]}
    (tmp_path / "a.html").write_bytes(html)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(html))
    lines = [
        {"id": name, "set": "own", "site": "sahel.example", "url": f"https://sahel.example/{name}"}
        | {"file": name, "truth": truth}
        for name in ("a.html", "b.html.gz")
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "manifest.jsonl").write_text(text, "utf-8")
    return tmp_path


def test_a_folder_of_pages(folder: Path) -> None:
    first, second = pages_in(folder)
    assert first.html == second.html
    assert first.truth.authors == ("Mariam Coulibaly",)


def test_a_table_for_each_set(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = tmp_path / "figures.json"
    arguments = ["--data", str(folder), "--sets", "own", "--peers", "trafilatura-fast,nobody"]
    assert main([*arguments, "--json", str(figures)]) == 0
    printed = capsys.readouterr().out
    assert "### own, 2 pages" in printed
    assert "| ours | 1.000 | 1.000 | 1.000 | 1.000 | 100 % | 0 |" in printed
    assert "| ours-learned |" in printed
    assert "| trafilatura-fast |" in printed
    assert "| nobody | nobody is not listed in extraction-peers.txt |" in printed
    assert json.loads(figures.read_text("utf-8"))["sets"]["own"]["ours"]["exact"] == 1.0


def test_a_set_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sets", "nothing", "--peers", ""]) == 2
    assert "no pages" in capsys.readouterr().err


def test_a_package_that_is_not_installed_says_so() -> None:
    with pytest.raises(MissingError, match="No module named 'goose3'"):
        Extractor("goose3", sys.executable).start()


def test_every_peer_is_pinned_and_known() -> None:
    for line in extraction_runs.peers():
        name, _, version = line.split()[0].partition("==")
        assert version
        assert name in EXTRACTORS


def program(tmp_path: Path, script: str) -> Extractor:
    """An extractor of a few lines."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return Extractor("ours", str(path))


def a_page() -> Page:
    return next(newsroom_pages())


def test_a_process_that_dies_has_found_nothing(tmp_path: Path) -> None:
    dying = program(tmp_path, "read line; echo no memory >&2; exit 3")
    found = dying.answer(a_page())
    assert found.text == ""
    assert "no memory" in (found.error or "")
    assert "no memory" in (dying.answer(a_page()).error or ""), "it is started again"


def test_a_process_that_hangs_has_found_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction_runs, "PATIENCE", 0.2)
    hanging = program(tmp_path, "exec sleep 60")
    assert hanging.answer(a_page()).error == "no answer"
    hanging.close()


def test_turns() -> None:
    fast = extractor("trafilatura-fast")
    pages = list(newsroom_pages())[:2]
    found = answers([fast], pages)
    fast.close()
    assert [answer.error for answer in found["trafilatura-fast"]] == [None, None]
    assert all(answer.text and answer.seconds > 0 for answer in found["trafilatura-fast"])
