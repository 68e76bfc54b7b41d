"""Records to articles: exactly the body, what the page says of it, and calm about any bytes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from articlepage import RECORD_ID, URL, mingled, named, page, paragraphs, record, story, unnamed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Article, Wire
from crawler.extract import NoArticle, article_from
from crawler.phrases import is_furniture
from crawler.rules import Rules

RULES = Rules(site="sahel", languages=("fr",), country="ML", timezone="Africa/Bamako")


def article(content: str | bytes, rules: Rules | None = None) -> Article:
    found = article_from(record(content), rules)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("markup", [named, unnamed, mingled])
def test_the_body_and_nothing_else(markup: object) -> None:
    title, texts = story()
    assert callable(markup)
    found = article(markup(title, texts))
    assert found.title == title
    assert found.text == "\n\n".join(texts)


def test_headline_byline_and_day_between_line_breaks() -> None:
    title, texts = story()
    head = f"{title}<br><br>Par Awa Sow<br><br>14 mars 2024<br><br>Lu 234 fois"
    foot = "Partager<br><br>Laisser un commentaire<br><br>Tous droits réservés"
    told = "<br><br>".join([head, *texts, foot])
    found = article(f"<title>{title} | Un Journal</title><table><tr><td>{told}</td></tr></table>")
    assert (found.title, found.authors) == (title, ("Awa Sow",))
    assert found.text == "\n\n".join(texts)
    assert found.published_at == "2024-03-14"


WORDS = {
    "en": (
        "Troops reopen the road to Gamboru after nine days",
        ["The road to Gamboru was open again on Tuesday, nine days after gunmen had destroyed the bridge at Ngala.",
         "“We counted forty lorries before noon,” said Modu Kaka, who sells tea at the crossroads and kept a tally.",
         "The army did not say how long the escorts would go on, and traders have asked for a month at least."],
        ["SECURITY", "By Hauwa Bello", "March 14, 2025", "3 min read"],
        ["Get our reports in your inbox twice a week.", "Shares:", "Related posts", "Leave a Reply",
         "Your email address will not be published. Required fields are marked *", "Save my name, email, and website in this browser for the next time I comment."],
    ),
    "ar": (
        "إعادة فتح الطريق بين المدينتين بعد أسبوع من الإغلاق",
        ["أعيد فتح الطريق بين المدينتين صباح الثلاثاء أمام القوافل التجارية، بعد أسبوع كامل من الإغلاق بسبب المعارك.",
         "وقال سائق شاحنة إن عشرات العربات عبرت قبل الظهر، وإن الأسعار بدأت تنخفض في السوق الكبير منذ ساعات.",
         "ولم تذكر السلطات المحلية إلى متى تستمر الحراسة، بينما طالب التجار بأن تمتد إلى نهاية الشهر على الأقل."],
        ["أخبار", "كتب: أحمد صالح", "14 مارس 2025"],
        ["اشترك في نشرتنا البريدية لتصلك الأخبار كل صباح.", "شارك الخبر", "اقرأ أيضا", "اترك تعليقا", "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *"],
    ),
    "pt": (
        "Estrada de Palma reabre depois de nove dias",
        ["A estrada que liga Palma ao distrito vizinho reabriu na terça-feira, nove dias depois da destruição da ponte.",
         "«Contámos quarenta camiões antes do meio-dia», disse um vendedor que passou a manhã inteira no cruzamento.",
         "O exército não disse até quando vai durar a escolta, e os comerciantes pedem que dure pelo menos um mês."],
        ["Segurança", "Por João Macamo", "14 de março de 2025", "3 min de leitura"],
        ["Receba as notícias na sua caixa de correio todas as manhãs.", "Partilhar", "Leia também", "Deixe um comentário", "O seu endereço de email não será publicado. Campos obrigatórios marcados com *"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", WORDS)
def test_other_languages(code: str) -> None:
    title, texts, above, below = WORDS[code]
    content = f"<div><p>{above[0]}</p><h1>{title}</h1><p>{title}</p>{paragraphs(above[1:])}{paragraphs(texts)}{paragraphs(below)}</div>"
    found = article(page(content, title))
    assert found.text == "\n\n".join(texts)
    assert found.language == code


def test_subheadings_lists_and_quotes_stay() -> None:
    title, texts = story()
    body = f"{paragraphs(texts[:2])}<h2>Une trêve fragile</h2>{paragraphs(texts[2:4])}<ul><li>le retrait des blindés</li><li>la fin des contrôles</li></ul>"
    body += f"{paragraphs(texts[4:6])}<blockquote><p>« Nous attendons tous la pluie. »</p></blockquote>{paragraphs(texts[6:])}"
    found = article(
        page(f"<article><h1>{title}</h1><div class='entry-content'>{body}</div></article>", title)
    )
    assert found.text.split("\n\n") == [
        *texts[:2], "Une trêve fragile", *texts[2:4], "le retrait des blindés", "la fin des contrôles", *texts[4:6],
        "« Nous attendons tous la pluie. »", *texts[6:],
    ]  # fmt: skip


def test_paragraphs_parted_by_line_breaks() -> None:
    title, texts = story()
    found = article(
        page(
            f"<table><tr><td><h2>{title}</h2></td></tr><tr><td>{'<br><br>'.join(texts)}</td></tr></table>",
            title,
        )
    )
    assert found.text == "\n\n".join(texts)


@pytest.mark.parametrize(
    "sentence",
    [
        "Les rebelles ont partagé sur Facebook une vidéo de l'attaque, que l'armée dit être un montage grossier.",
        "Suivez le fleuve pendant deux jours, disait le guide, et vous verrez les premiers postes abandonnés.",
        "Par ailleurs, le gouvernement a annoncé trois jours de deuil national.",
        "More than forty people were killed in the attack.",
        "By continuing the blockade, the group hopes to force talks.",
        "Karibu watu mia mbili walikimbia makazi yao usiku wa kuamkia Jumatatu.",
        "تابع المتحدث قائلا إن القوات انسحبت من المدينة مساء أمس.",
        "Obrigado a fugir, o camponês passou três noites no mato.",
        "Support for the ruling junta has fallen, two polls show.",
        "Publié mardi, le rapport de l'ONG accuse les deux camps.",
    ],
)
def test_body_sentences_are_no_furniture(sentence: str) -> None:
    assert not is_furniture(sentence)


@pytest.mark.parametrize(
    "line",
    [
        "Shares:", "Lire aussi : Au Niger, une autre histoire", "3 min de lecture", "Laisser un commentaire", "2 commentaires",
        "Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *", "Site web", "E-mail *",
        "Abonnez-vous à notre newsletter pour ne rien manquer", "Photo: Hauwa Bello", "Leave a Reply", "Join our WhatsApp channel",
        "© 2024 Le Journal. Tous droits réservés", "اقرأ أيضا: خبر آخر", "Leia também", "Soma pia", "Karanta kuma", "Faallo ka bixi", "አስተያየት ይስጡ",
        "Heureux de vous accueillir dans notre cercle d’abonnés",
    ],
)  # fmt: skip
def test_furniture(line: str) -> None:
    assert is_furniture(line)


JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "WebSite",
            "@id": "#site",
            "name": "Sahel Infos",
            "description": "Toute l'actualité du Sahel en continu",
        },
        {"@type": "Person", "@id": "#p", "name": "Mariam Coulibaly"},
        {
            "@type": ["NewsArticle"],
            "headline": "Un titre tout à fait clair",
            "datePublished": "2024-08-01T18:05:00+01:00",
            "dateModified": "2024-08-01T20:00:00+01:00",
            "author": [{"@id": "#p"}, {"@type": "Person", "name": "B. Traoré"}],
            "articleSection": ["Sécurité"],
            "keywords": "Mali, Niger",
            "isAccessibleForFree": "False",
            "image": {"@type": "ImageObject", "url": "https://cdn.example/une.jpg"},
        },
    ],
}


@pytest.mark.parametrize("breaks", [("", ""), ("<!--", "-->"), ("//<![CDATA[\n", "\n//]]>")])
def test_json_ld(breaks: tuple[str, str]) -> None:
    _, texts = story()
    said = json.dumps(JSON_LD)[:-1] + ",}"  # a trailing comma, as templates leave it
    head = f'<script type="application/ld+json">{breaks[0]}{said}{breaks[1]}</script><link rel="canonical" href="/titre/?utm_source=x&amp;id=3#top">'
    found = article(
        page(
            f"<h1>Un titre tout à fait clair</h1><div>{paragraphs(texts)}</div>", "Un titre", head
        ),
        RULES,
    )
    assert found.title == "Un titre tout à fait clair"
    assert found.authors == ("Mariam Coulibaly", "B. Traoré")
    assert (found.published_at, found.published_precision, found.published_source) == (
        "2024-08-01T18:05:00+01:00",
        "second",
        "json-ld",
    )
    assert found.modified_at == "2024-08-01T20:00:00+01:00"
    assert (found.section, found.tags, found.access) == ("Sécurité", ("Mali", "Niger"), "paywalled")
    assert found.canonical_url == "https://sahel.example/titre/?id=3"
    assert [image.url for image in found.images] == ["https://cdn.example/une.jpg"]


def headed(head: str, content: str = "") -> Article:
    _, texts = story()
    return article(
        page(
            f"<article><h1>Un titre bien à lui</h1>{content}<div>{paragraphs(texts)}</div></article>",
            "Un titre bien à lui",
            head,
        )
    )


def test_metas() -> None:
    found = headed(
        '<meta property="og:title" content="Un titre bien à lui | Sahel Infos"><meta name="author" content="Par Awa Sow et Ali Ba">'
        '<meta property="article:published_time" content="2024-08-01T18:05:00Z"><meta property="article:modified_time" content="2024-08-01T18:05:00Z">'
        '<meta property="article:section" content="Mali"><meta property="article:tag" content="Gao"><meta property="article:tag" content="Kidal">'
        '<meta property="og:description" content="Une phrase qui résume l’article sans être dans le texte.">'
        '<meta property="og:image" content="/une.jpg">'
    )
    assert (found.title, found.authors) == ("Un titre bien à lui", ("Awa Sow", "Ali Ba"))
    assert (found.published_at, found.published_source, found.modified_at) == (
        "2024-08-01T18:05:00Z",
        "meta",
        None,
    )
    assert (found.section, found.tags, found.access) == ("Mali", ("Gao", "Kidal"), None)
    assert found.lead == "Une phrase qui résume l’article sans être dans le texte."
    assert found.images[0].url == "https://sahel.example/une.jpg"


@pytest.mark.parametrize(
    "author",
    [
        "admin",
        "Sahel Infos",
        "https://sahel.example/author/x",
        "La Rédaction",
        "webmaster@sahel.example",
        "",
    ],
)
def test_nobody_is_no_author(author: str) -> None:
    assert headed(f'<meta name="author" content="{author}">').authors == ()


def test_a_lead_that_is_the_start_of_the_body_is_none() -> None:
    _, texts = story()
    assert headed(f'<meta name="description" content="{texts[0][:120]}…">').lead is None


def test_a_standfirst_is_the_lead_and_no_part_of_the_text() -> None:
    first = "Le bilan s’alourdit après deux jours de combats à la frontière."
    found = headed("", f'<p class="chapo">{first}</p>')
    assert found.lead == first
    assert found.text == "\n\n".join(story()[1])


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("https://sahel.example/", URL),
        ("javascript:alert(1)", URL),
        ("http://[broken", URL),
        ("https://sahel.example/vrai/?fbclid=1", "https://sahel.example/vrai/"),
        ("//www.sahel.example/vrai/", "https://www.sahel.example/vrai/"),
    ],
)
def test_canonical_addresses(said: str, canonical: str) -> None:
    assert headed(f'<link rel="canonical" href="{said}">').canonical_url == canonical


def test_images_with_caption_and_credit() -> None:
    found = headed(
        "",
        '<img src="/logo.png"><figure><img src="a-300x200.jpg" width="300"><figcaption>Le marché de Gao, mardi. Photo : Awa Sow</figcaption></figure>'
        '<img src="/pixel.gif" width="1" height="1"><img class="avatar" src="/awa.jpg">',
    )
    assert [(image.url, image.caption, image.credit) for image in found.images] == [
        (
            "https://sahel.example/actualites/tessit-2024/a-300x200.jpg",
            "Le marché de Gao, mardi.",
            "Awa Sow",
        )
    ]


def test_times_in_words_take_the_sites_zone() -> None:
    _, texts = story()
    content = page(
        f"<h1>Un titre bien à lui</h1><p>Publié le 1er août 2024 à 18h05</p>{paragraphs(texts)}",
        "Un titre bien à lui",
    )
    assert article(content).published_at == "2024-08-01"
    found = article(content, replace(RULES, timezone="Africa/Niamey"))
    assert (found.published_at, found.published_precision, found.published_source) == (
        "2024-08-01T18:05:00+01:00",
        "minute",
        "visible",
    )


def test_a_date_in_the_pages_head_is_not_the_articles() -> None:
    _, texts = story()
    content = f"<div class='top'><p>Vendredi 2 août 2024</p></div>{'<hr>' * 20}<div><h1>Un titre bien à lui</h1><p>28 juillet 2024</p>{paragraphs(texts)}</div>"
    assert article(page(content, "Un titre bien à lui")).published_at == "2024-07-28"


def test_byline_wire_and_access() -> None:
    _, texts = story()
    content = f"<p class='byline'>Par Awa Sow, avec AFP</p><div>{paragraphs(texts)}</div><p>La suite est réservée à nos abonnés</p>"
    found = headed("", content)
    assert (found.authors, found.byline_kind) == (("Awa Sow",), "person")
    assert (found.wire, found.access) == (Wire(agency="AFP", evidence="AFP"), "paywalled")
    assert "abonnés" not in found.text
    plain = headed("")
    assert (plain.authors, plain.byline_kind, plain.wire, plain.access) == ((), None, None, None)


def test_a_desk_is_no_person_and_its_name_no_text() -> None:
    found = headed("", "<p>Par La Rédaction</p>")
    assert (found.authors, found.byline_kind) == ((), "desk")
    assert "Rédaction" not in found.text


def test_a_change_before_the_publication_is_none() -> None:
    metas = '<meta property="article:published_time" content="2024-08-01T18:05:00Z"><meta property="article:modified_time" content="{}">'
    assert headed(metas.format("2024-07-31T10:00:00Z")).modified_at is None
    assert headed(metas.format("2024-08-01T20:05:00+02:00")).modified_at is None
    assert headed(metas.format("2024-08-02T10:00:00Z")).modified_at == "2024-08-02T10:00:00Z"


def test_live_blogs() -> None:
    assert headed("").type == "NewsArticle"
    node = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Un titre bien à lui"}</script>'
    assert headed(node).type == "LiveBlogPosting"
    entries = "".join(
        f"<h3>1{n}h05 : une nouvelle du front</h3><p>{story()[1][n]}</p>" for n in range(6)
    )
    assert headed("", f"<div>{entries}</div>").type == "LiveBlogPosting"


def test_identity_and_provenance() -> None:
    content = named(*story())
    found = article(content, RULES)
    assert found.id == RECORD_ID[10:-1]
    assert (found.provenance.warc_file, found.provenance.warc_offset) == ("a.warc.gz", 7)
    assert found.provenance.record_id == RECORD_ID
    assert found.provenance.rules_hash == RULES.hash
    assert found.provenance.extractor.startswith("djeli ")
    other = article_from(replace(record(content), id="urn:something:else"), RULES)
    nameless = article_from(replace(record(content), id=None), RULES)
    assert isinstance(other, Article)
    assert isinstance(nameless, Article)
    assert len({found.id, other.id, nameless.id}) == 3


def test_same_record_same_bytes() -> None:
    content = mingled(*story())
    assert article(content, RULES).to_json() == article(content, RULES).to_json()


def test_every_block_is_on_the_page() -> None:
    title, texts = story()
    for markup in (named, unnamed, mingled):
        shown = " ".join(markup(title, texts).split())
        for block in article(markup(title, texts)).text.split("\n\n"):
            assert block.replace("&", "&amp;").replace("'", "&#x27;") in shown


def test_a_listing_is_none() -> None:
    teaser = '<div><a href="/a{0}"><img src="/{0}.jpg"></a><h3><a href="/a{0}">Un titre de dépêche qui mène à la page {0}</a></h3><p>Le résumé de la dépêche numéro {0}, en une phrase un peu longue pour une dépêche.</p></div>'
    found = article_from(
        record(page("".join(teaser.format(n) for n in range(12)), "Actualités")), None
    )
    assert isinstance(found, NoArticle)
    assert found.kind == "listing"


def test_a_video_with_a_line_below_it_is_none_and_a_report_with_one_is() -> None:
    title, texts = story()
    video = '<meta property="og:type" content="video.other">'

    def shown(few: list[str]) -> Article | NoArticle:
        return article_from(record(page(f"<h1>{title}</h1>{paragraphs(few)}", title, video)), None)

    assert isinstance(shown([texts[1][:200]]), NoArticle)
    assert isinstance(shown(texts), Article)


P = b"<p>Le gouverneur a annonc\xc3\xa9 la r\xc3\xa9ouverture de la route, apr\xc3\xa8s deux jours de combats autour du pont.</p>"
HEAD = (
    b"<html><head><title>Un titre comme il faut</title></head><body><h1>Un titre comme il faut</h1>"
)
HOSTILE = {
    "nested": HEAD + P + b"<div>" * 100_000,
    "nested inline": HEAD + P + b"<p>" + b"<b>" * 50_000 + b"x",
    "null bytes": HEAD + b"\x00".join([P, P, P]),
    "no body": b"<html><head><title>x</title></head></html>",
    "only text": b"nothing but words",
    "control references": HEAD + b"<p>&#0;&#1;&#11;&#xFFFE;&#xD800;</p>" + P,
    "binary": bytes(range(256)) * 2000,
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + P + b"&b;" * 1000,
    "json bomb": HEAD + b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>" + P,
    "json nested": HEAD + b'<script type="application/ld+json">' + b'{"@type":"Article","author":' * 900 + b"1" + b"}" * 900 + b"</script>" + P,
    "json wrong types": HEAD + b'<script type="application/ld+json">{"@type":"NewsArticle","headline":{"a":1},"author":[[["x"]],5,null],'
    b'"datePublished":["x",{}],"image":[{"url":5}],"keywords":7,"publisher":"p","articleSection":{},"isAccessibleForFree":{}}</script>' + P,
    "forms": HEAD + b"<form><input>" * 5000 + P,
    "unclosed": HEAD + b"<table><tr><td>" * 5000 + P,
    "long title": b"<title>" + b"x - " * 100_000 + b"</title>" + P,
    "addresses": HEAD + b'<base href="http://["><link rel=canonical href="http://[::1"><img src="http://[x"><a href="//[">y</a>' + P * 2,
    "lists": HEAD + P + b"<ul>" + b"<li>un, deux</li>" * 50_000 + b"</ul>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages(name: str) -> None:
    article_from(record(HOSTILE[name]), RULES)


def test_a_huge_page_is_read_in_part_and_told() -> None:
    found = article_from(
        record(HEAD + b"".join(P.replace(b"deux", b"%d" % n) for n in range(180_000))), None
    )
    assert isinstance(found, Article)
    assert any(warning.startswith("only the first") for warning in found.warnings)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div class='related'>", "</div>", "<br>", "<br><br>", "<a href='/x'>", "</a>", "<li>", "<ul>", "</ul>", "<table>", "<td>", "<h1>", "</h1>",
     "<img src=x>", "<form>", "<!--", "-->", "<script>", "</script>", "<title>", "</title>", "&#1;", "\x00", "<time datetime='2024-01-01'>", "<b>", "</b>",
     "<meta property='og:type' content='article'>", "Une phrase assez longue pour compter comme un paragraphe du texte. "]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(TAGS, st.text(max_size=20)), max_size=60))
def test_no_markup_raises(pieces: list[str]) -> None:
    article_from(record("".join(pieces).encode("utf-8", "surrogatepass")), RULES)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_raise(body: bytes) -> None:
    article_from(record(body), None)
    article_from(replace(record(""), block=body), None)


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.none(), st.text(max_size=60)))
def test_no_address_raises(url: str | None) -> None:
    article_from(replace(record(HEAD + P * 3), url=url, date=None, id=None), None)
