"""Walking a site's archives back to a day: WordPress's API, sitemaps, listings; each article once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import ROOT, Djeli
from tests.routes import SITE, Answer, Routes, article, front_page, serving

POSTS = [
    (f"/actualite/un-recit-de-la-ville-{n}.html", f"2024-0{1 + n % 9}-11T08:00:00")
    for n in range(30)
]
PER_PAGE = 7


class WordPress:
    """Answers as the REST API of WordPress does, with few posts a page."""

    def __init__(self, routes: Routes) -> None:
        self._routes, self._answer = routes, routes.answer
        routes.set("/", front_page([]))
        for number, (path, _) in enumerate(POSTS):
            routes.set(path, article(number))

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(path)
        if not parts.path.startswith("/wp-json/wp/v2/posts"):
            return self._answer(path, headers)
        self._answer(path, headers)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        after, page = asked.get("after", "")[:19], int(asked["page"])
        found = sorted((date, p) for p, date in POSTS if date > after)
        if asked["order"] == "desc":
            found.reverse()
        pages = -(-len(found) // PER_PAGE)
        said = {
            "X-WP-Total": str(len(found)),
            "X-WP-TotalPages": str(pages),
            "Content-Type": "application/json",
        }
        if page > max(pages, 1):
            error = {
                "code": "rest_post_invalid_page_number",
                "message": "no",
                "data": {"status": 400},
            }
            return Answer(json.dumps(error), 400, {"Content-Type": "application/json"})
        here = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        posts = [
            {"id": n, "link": f"{self._routes.base}{p}", "date_gmt": date, "title": {"rendered": p}}
            for n, (date, p) in enumerate(here, 100 * page)
        ]
        return Answer(json.dumps(posts), headers=said)


def _titles(data_dir: Path) -> list[str]:
    files = sorted(data_dir.glob("articles/*.jsonl"))
    return [json.loads(line)["url"] for path in files for line in path.read_text().splitlines()]


def test_wordpress_is_walked_to_the_end(
    djeli: Djeli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as routes:
        monkeypatch.setattr(Routes, "answer", WordPress(routes).answer, raising=True)
        routes.write_site_file(tmp_path, f'wordpress = "{routes.base}/wp-json/"')
        outcome = djeli("crawl", SITE, "--since", "2024-03-01", "--json", "--data-dir", tmp_path)
        wanted = {f"{routes.base}{path}" for path, date in POSTS if date > "2024-03-01"}
        assert sorted(_titles(tmp_path)) == sorted(wanted), outcome.stderr
        (site,) = json.loads(outcome.stdout)
        assert site["left_out"] == 0
        lines = tmp_path.glob("articles/*.jsonl")
        sources = {
            json.loads(li)["published_source"] for p in lines for li in p.read_text().splitlines()
        }
        assert sources == {"wordpress"}


def test_a_walk_goes_on_where_it_was_killed(
    djeli: Djeli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as routes:
        monkeypatch.setattr(Routes, "answer", WordPress(routes).answer, raising=True)
        routes.write_site_file(tmp_path, f'wordpress = "{routes.base}/wp-json/"')
        command = [sys.executable, "-m", "crawler", "crawl", SITE, "--since", "2024-01-01"]
        process = subprocess.Popen(
            [*command, "--data-dir", str(tmp_path)], cwd=ROOT, stdout=-1, stderr=-1
        )
        deadline = time.monotonic() + 60
        while len(routes.times("/actualite")) < 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        outcome = djeli("crawl", SITE, "--since", "2024-01-01", "--data-dir", tmp_path)
        assert outcome.returncode == 0, outcome.stderr
        assert sorted(_titles(tmp_path)) == sorted(f"{routes.base}{path}" for path, _ in POSTS)


def test_listings_are_paged_back_and_a_circle_ends(djeli: Djeli, tmp_path: Path) -> None:
    with serving() as routes:
        paths = [path for path, _ in POSTS]
        for number, path in enumerate(paths):
            routes.set(path, article(number))
        pages = [paths[n : n + 6] for n in range(0, 30, 6)]
        for number, page in enumerate(pages, 1):
            further = f"/liste?page={number + 1}" if number < len(pages) else "/liste?page=1"
            links = "".join(
                f'<h2><a href="{p}">Un titre assez long pour {p}</a></h2>' for p in page
            )
            body = f'<html><body>{links}<a rel=next href="{further}">Suivant</a></body></html>'
            routes.set("/" if number == 1 else f"/liste?page={number}", Answer(body))
        routes.set("/liste?page=1", Answer(routes.answers["/"][0].body))
        routes.write_site_file(tmp_path)
        outcome = djeli("crawl", SITE, "--since", "2020-01-01", "--data-dir", tmp_path)
        assert outcome.returncode == 0, outcome.stderr
        assert sorted(_titles(tmp_path)) == sorted(f"{routes.base}{path}" for path in paths)
        assert routes.paths().count("/liste?page=2") == 1
