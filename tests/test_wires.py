"""The agency behind an article: credited by name, never by being quoted."""

from __future__ import annotations

import pytest
from sources import PARAGRAPH, byline_of, linked, story

from archive.article import Wire
from crawler import visible
from crawler.title import title
from crawler.wires import dateline, in_credit, is_agency, wire

CREDITS = [
    ("AFP", "AFP"),
    ("Source : AFP", "AFP"),
    ("Source: Reuters", "Reuters"),
    ("RFI avec AFP", "AFP"),
    ("Le Monde avec AFP", "AFP"),
    ("© 2024 AFP", "AFP"),
    ("© Agence France-Presse", "AFP"),
    ("Par Fatou Diallo (AFP)", "AFP"),
    ("Agence d’information du Burkina", "AIB"),
    ("Xinhua", "Xinhua"),
    ("المصدر: رويترز", "Reuters"),
    ("الخرطوم - سونا", "SUNA"),
    ("أ ف ب", "AFP"),
    ("Fonte: Lusa", "Lusa"),
    ("Chanzo: Reuters", "Reuters"),
    ("dpa", "DPA"),
    ("Panapress", "PANA"),
    ("Anadolu Agency", "Anadolu"),
    ("Awa Sow", None),
    ("Photo : AFP", None),
    ("Crédit photo : AFP", None),
    ("Le porte-parole de la mission l'a dit à l'AFP", None),
    ("a-t-il déclaré à l'AFP", None),
    ("map", None),
    ("Reuters a-t-elle menti ?", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "agency"), CREDITS)
def test_credit_lines(text: str, agency: str | None) -> None:
    assert in_credit(text) == agency


DATELINES = [
    ("BAMAKO, 3 août 2024 (AFP) – Des hommes armés ont attaqué", "AFP", "BAMAKO, 3 août 2024 (AFP) –"),
    ("NAIROBI, Aug. 3 (Xinhua) -- Kenya said on Saturday", "Xinhua", "NAIROBI, Aug. 3 (Xinhua) --"),
    ("(AFP) - Des hommes armés", "AFP", "(AFP) -"),
    ("APA-Bamako (Mali) – Le gouvernement", "APA", "APA-Bamako (Mali) –"),
    ("AFP – Des hommes armés ont attaqué", "AFP", "AFP –"),
    ("الخرطوم (رويترز) - قال شهود", "Reuters", "الخرطوم (رويترز) -"),
    ("Luanda, 03 ago (Lusa) – O ministro", "Lusa", "Luanda, 03 ago (Lusa) –"),
    ("(AFP) Des hommes armés ont attaqué", "AFP", "(AFP)"),
    ("Niamey, 3 août 2024 (ANP) Des hommes armés", "ANP", "Niamey, 3 août 2024 (ANP)"),
    ("Le président a reçu (AFP) Des hommes armés", None, None),
    ("Bamako (AFP) dit que", None, None),
    ("قال الجيش (رويترز) إن القوات", None, None),
    ("Le groupe a revendiqué l'attaque auprès de l'AFP – sans preuve", None, None),
    ("L'Union africaine (UA) – qui siège à Addis-Abeba", None, None),
    ("« Nous sommes partis », a dit un habitant à l'AFP (Agence France-Presse) – joint au téléphone", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("block", "agency", "evidence"), DATELINES)
def test_datelines(block: str, agency: str | None, evidence: str | None) -> None:
    found = dateline(block)
    assert (found.agency if found else None, found.evidence if found else None) == (
        agency,
        evidence,
    )


BODY = PARAGRAPH[3:-4]


def found_in(head: str = "", before: str = "", after: str = "", last: str = BODY) -> Wire | None:
    page = story(head, before, after)
    around = visible.near(page, visible.headline(page, title(page) or ""))
    return wire(page, byline_of(page).said, [BODY, BODY, last], around)


def test_where_a_credit_may_stand() -> None:
    org = {"@type": "Organization", "name": "Agence France-Presse"}
    assert found_in(linked(author=org)) == Wire(agency="AFP", evidence="Agence France-Presse")
    assert found_in('<meta name="author" content="Reuters">') == Wire(
        agency="Reuters", evidence="Reuters"
    )
    assert found_in(before='<p class="byline">Par AFP</p>') == Wire(agency="AFP", evidence="AFP")
    assert found_in(after="<p>© AFP</p>") == Wire(agency="AFP", evidence="© AFP")
    assert found_in(after="<div>Source : APA</div>") == Wire(agency="APA", evidence="Source : APA")
    for near in ("(AFP)", "Bamako, 3 août 2024 (AFP) –", "Source : AFP"):
        assert found_in(before=f"<p>{near}</p>") == Wire(agency="AFP", evidence=near)
    closed = "Les combats ont cessé dans la nuit, selon des habitants de la ville. (Xinhua)"
    assert found_in(last=closed) == Wire(agency="Xinhua", evidence="(Xinhua)")


def test_no_credit() -> None:
    assert found_in() is None
    quoted = "« Nous avons tout perdu », a dit à l'AFP un habitant joint par téléphone."
    assert found_in(last=quoted) is None
    assert (
        found_in(after="<figure><img src='a.jpg'><figcaption>© AFP</figcaption></figure>") is None
    )
    cited = "<h3>Citer</h3><div>APA</div><div>MLA</div>"
    assert found_in(after=cited) is None
    assert found_in(after='<aside><a href="/x">AFP</a></aside>') is None


def test_agencies_without_a_name() -> None:
    assert is_agency("Agences")
    assert is_agency("وكالات")
    assert not is_agency("Sahel Infos")
