"""Where the article begins and ends on pages that mark up their furniture like text, in words no table lists."""

from __future__ import annotations

import pytest
from articlepage import page, paragraphs, record, story
from lxml.html import document_fromstring

from archive.article import Article
from crawler.appeals import is_appeal, is_voices
from crawler.blocks import Block
from crawler.column import lines
from crawler.edges import inside
from crawler.extract import article_from
from crawler.known import Known
from crawler.phrases import plain
from crawler.verdict import NoArticle

TITLE, TEXTS = story()
COMMENT = (
    "J’habite à côté de cette ville et je peux dire que personne ne dort plus depuis le début "
    "des combats, il faudrait que les autorités viennent voir par elles-mêmes."
)


def text_of(content: str) -> str:
    found = article_from(record(page(content, TITLE)), None)
    assert isinstance(found, Article), found
    return found.text


def body(*inserted: str) -> str:
    half = len(TEXTS) // 2
    return paragraphs(TEXTS[:half]) + "".join(inserted) + paragraphs(TEXTS[half:])


BEFORE = [
    "<p>Accueil du journal &gt; Nord</p>",
    "<p>Ce journal en ligne mesure son audience au moyen de petits fichiers déposés chez ses visiteurs.</p>",
]
BETWEEN = [
    "<p>Notre dossier <a href='/dossier'>Trois ans de guerre autour des puits du nord</a></p>",
    "<p><a href='/autre'>Une école rouvre dans un village du fleuve après deux ans</a></p>",
    "<p>Votre courriel suffit pour recevoir notre lettre gratuite du dimanche.</p>",
    "<h4>Notre lettre</h4><p>Laissez votre adresse, nous vous écrirons chaque semaine.</p>",
    "<ul><li><a href='/c'>Deux ponts sur le fleuve seront reconstruits</a></li><li><a href='/d'>Où sont passés les camions de mil du sud</a></li></ul>",
    f"<blockquote class='twitter-tweet'><p>{COMMENT}</p>— Un voisin (@voisin) <a href='https://t.example/1'>3 août 2024</a></blockquote>",
    f"<figure><div class='c-oembed-placeholder'>{COMMENT}</div></figure>",
    "<p>____</p>",
    f"<div class='ArticleShare_shareBox__Iu1'><p>{COMMENT}</p></div>",
    f"<site-teaser><p>{COMMENT}</p></site-teaser>",
]
BEHIND = [
    "<p>Quoi d’autre</p><p><a href='/a'>Un convoi atteint la ville après neuf jours</a></p><p><a href='/b'>Les pêcheurs reprennent le lac</a></p>",
    f"<p>Ce qu’en disent nos lecteurs</p><p>Un voisin, le 3 août 2024 à 8h10</p><p>{COMMENT}</p><p>Signaler</p><p>Pseudo</p><p>Message</p>",
    "<p>#Mali #Armée</p><p>Suivant »</p><p>Faire passer à un ami</p>",
]


@pytest.mark.parametrize("furniture", BEFORE)
def test_what_stands_before_the_headline(furniture: str) -> None:
    assert text_of(f"<div>{furniture}<h1>{TITLE}</h1>{body()}</div>") == "\n\n".join(TEXTS)


@pytest.mark.parametrize("furniture", BETWEEN)
def test_what_stands_between_paragraphs(furniture: str) -> None:
    assert text_of(f"<div><h1>{TITLE}</h1>{body(furniture)}</div>") == "\n\n".join(TEXTS)


@pytest.mark.parametrize("furniture", BEHIND)
def test_what_stands_behind_the_article(furniture: str) -> None:
    assert text_of(f"<div><h1>{TITLE}</h1>{body()}{furniture}</div>") == "\n\n".join(TEXTS)


def test_the_last_paragraph_stays_behind_an_appeal() -> None:
    appeal = "<p>Votre courriel suffit pour recevoir notre lettre gratuite du dimanche.</p>"
    content = f"<div><h1>{TITLE}</h1>{paragraphs(TEXTS[:-1])}{appeal}{paragraphs(TEXTS[-1:])}</div>"
    assert text_of(content) == "\n\n".join(TEXTS)


def test_a_subheading_before_an_appeal_stays() -> None:
    appeal = "<p>Votre courriel suffit pour recevoir notre lettre gratuite du dimanche.</p>"
    found = text_of(f"<div><h1>{TITLE}</h1>{body('<h3>Une trêve fragile</h3>', appeal)}</div>")
    assert "Une trêve fragile" in found.split("\n\n")
    assert "courriel" not in found


def test_an_enumeration_of_paragraphs_does_not_end_the_article() -> None:
    items = [f"Le puits {name} reste ouvert" for name in ("du nord", "du sud", "du marché", "neuf")]
    listed = "".join(f"<li><p>{item}</p></li>" for item in items * 4)
    last = "Dès lundi, a dit le ministre, il en sera autrement dans tous les villages du fleuve."
    text = text_of(f"<h1>{TITLE}</h1>{body()}<ul>{listed}</ul><p>{last}</p>")
    assert text.endswith(last)
    assert all(item in text for item in items)


def test_a_list_of_sources_elsewhere_stays_and_one_of_the_sites_own_pages_goes() -> None:
    heads = ["Rapport du groupe d’experts sur le Sahel", "Carte des puits et des marchés du nord"]

    def listed(host: str) -> str:
        items = [f"<li><a href='https://{host}/{n}'>{h}</a></li>" for n, h in enumerate(heads)]
        inserted = f"<ul>{''.join(items)}</ul>"
        return text_of(f"<h1>{TITLE}</h1><article>{body(inserted)}</article>")

    assert all(head in listed("experts.example") for head in heads)
    assert not any(head in listed("www.sahel.example") for head in heads)


def test_contents_that_name_the_subheadings_take_none_of_them_along() -> None:
    heads = ["Des combats autour des puits du nord", "Une trêve dont personne ne veut parler"]
    contents = "".join(f"<li><a href='/ici#{n}'>{head}</a></li>" for n, head in enumerate(heads))
    text = text_of(f"<h1>{TITLE}</h1><ul>{contents}</ul>{body(*(f'<h2>{h}</h2>' for h in heads))}")
    assert all(head in text for head in heads)


@pytest.mark.parametrize(
    "head", ["<div><h2>{}</h2></div>", "<div class='heading-h3'><strong>{}</strong></div>"]
)
def test_subheadings_in_boxes_of_their_own(head: str) -> None:
    said = "Trois puits, deux villages"
    content = f"<h1>{TITLE}</h1><div class='story'>{body(head.format(said))}</div>"
    assert said in text_of(content)


def test_a_box_of_components_is_no_consent_banner() -> None:
    menu = f"<div>{paragraphs([COMMENT] * 9)}</div>"
    content = f"<nav>{menu * 3}</nav><h1>{TITLE}</h1><div class='cmp-container'>{body()}</div>"
    assert text_of(content) == "\n\n".join(TEXTS)


def test_about_the_author() -> None:
    content = (
        f"<div><h1>{TITLE}</h1><p>Rédigé par Mariam Coulibaly</p>{body()}<p>Mariam Coulibaly</p>"
        "<p>Mariam Coulibaly suit les questions de défense depuis Gao et enseigne à l’école de journalisme.</p></div>"
    )
    assert text_of(content) == "\n\n".join(TEXTS)


@pytest.mark.parametrize(
    "told",
    [
        "Sahel Infos est un journal en ligne qui raconte le Sahel depuis trois rédactions, à Bamako, Gao et Niamey, et qui ne vit que de ses lecteurs.",
        "A. Coulibaly et al. 2024. Puits, troupeaux et trêves : ce que les cartes ne disent pas du nord. Revue des mondes sahéliens 12, p. 31 à 48.",
        "Toute reproduction, même partielle, de cet article est interdite sans l’accord écrit de la rédaction, y compris dans les revues de presse et sur les réseaux.",
        "Plus de détails : M. Maïga, Les puits du nord, Revue des mondes sahéliens (2024). DOI: 10.12345/rms.2024.31",
    ],
)
def test_who_publishes_an_article_what_it_cites_and_who_may_reprint_it_stand_behind_it(
    told: str,
) -> None:
    content = f"<div><h1>{TITLE}</h1>{body()}<p>{told}</p></div>"
    assert text_of(content) == "\n\n".join(TEXTS)


def test_a_sentence_about_the_site_among_the_paragraphs_stays() -> None:
    told = "Sahel Infos est un journal que les deux camps lisent, et c’est à lui que la lettre a été remise."
    content = f"<div><h1>{TITLE}</h1>{body(f'<p>{told}</p>')}</div>"
    assert told in text_of(content).split("\n\n")


BOX = "Une trêve des puits est un accord par lequel deux camps laissent boire les troupeaux de l’autre, sans témoins."


def test_a_box_that_explains_a_word_is_the_articles_own() -> None:
    box = f"<div class='def'><div><div>Trêve des puits</div><div>{BOX}</div></div></div>"
    assert BOX in text_of(f"<div><h1>{TITLE}</h1>{body(box)}</div>").split("\n\n")


def test_a_box_with_a_link_is_not() -> None:
    box = f"<div class='def'><div><div>{BOX}</div><div><a href='/x'>Ouvrir</a></div></div></div>"
    assert BOX not in text_of(f"<div><h1>{TITLE}</h1>{body(box)}</div>")


def test_words_of_a_byline_that_are_no_names_cut_nothing() -> None:
    tree = document_fromstring(f"<div><h1>{TITLE}</h1>{body()}</div>")
    found = [Block(text, "text") for text in TEXTS]
    for said in ("#", "a tinzaouatene", "armee malienne"):
        known = Known(TITLE, plain(TITLE), (said,), ())
        assert inside(found, tree, "a.example", known) == found


def test_what_the_cut_left_out_between_paragraphs_is_put_back() -> None:
    tree = document_fromstring(f"<div><h1>{TITLE}</h1>{body('<h3>Une trêve fragile</h3>')}</div>")
    half = len(TEXTS) // 2
    found = [Block(text, "text") for text in [*TEXTS[: half - 1], *TEXTS[half:]]]
    left = inside(found, tree, "a.example", Known(TITLE, plain(TITLE), (), ()))
    assert [block.text for block in left] == [*TEXTS[:half], "Une trêve fragile", *TEXTS[half:]]


@pytest.mark.parametrize(
    "text",
    [
        "Give us your email and receive our letter every morning.",
        "ندعوك لدعم صحافتنا المستقلة، تبرع الآن ليصلك كل جديد.",
        "Deixe o seu email e receba a nossa carta todas as semanas.",
        "Soutenez une presse libre à partir de 500 francs par mois.",
    ],
)
def test_appeals(text: str) -> None:
    assert is_appeal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Supporters of the independent candidate marched to the newsroom of the state channel.",
        "L’armée a diffusé sur Facebook un message que des médias indépendants ont repris.",
        "« Donnez-nous votre adresse, nous vous écrirons », leur avait promis le préfet.",
        "O exército divulgou no Facebook uma mensagem que a imprensa livre retomou.",
        "وقال المتحدث إن القناة نشرت رسالة على فيسبوك ثم حذفتها بعد ساعة.",
    ],
)
def test_sentences_of_the_news_are_no_appeals(text: str) -> None:
    assert not is_appeal(text)


@pytest.mark.parametrize(
    "heading", ["Vos réactions", "Have your say", "آراء القراء", "Opiniões dos leitores"]
)
def test_headings_of_comments(heading: str) -> None:
    assert is_voices(heading)


def test_a_list_that_a_colon_leads_in_may_end_the_article() -> None:
    items = [
        "laisser boire les troupeaux",
        "rendre les motos prises",
        "ouvrir la piste aux convois",
    ]
    listed = "".join(f"<li>{item}</li>" for item in items)
    end = f"<p>Les deux camps ont promis trois choses :</p><ul>{listed}</ul>"
    assert text_of(f"<div><h1>{TITLE}</h1>{body()}{end}</div>").endswith("\n\n".join(items))


def test_labels_above_links_and_addresses_lead_in_nothing() -> None:
    end = "<p>Partager</p><p>Références :</p><ul><li>https://b.example/rapport</li><li>https://c.example/carte</li></ul>"
    assert text_of(f"<div><h1>{TITLE}</h1>{body()}{end}</div>") == "\n\n".join(TEXTS)


def test_a_speech_begins_with_its_salutation() -> None:
    greeting = "Maliennes, Maliens, mes chers compatriotes,"
    found = text_of(f"<div><h1>{TITLE}</h1><p>Bamako</p><p>{greeting}</p>{body()}</div>")
    assert found == "\n\n".join([greeting, *TEXTS])


def test_paragraphs_in_a_box_before_the_one_that_was_found_are_put_back() -> None:
    tree = document_fromstring(
        f"<main><h1>{TITLE}</h1><div><div>{paragraphs(TEXTS[:6])}</div></div><section>{paragraphs(TEXTS[6:])}</section></main>"
    )
    found = [Block(text, "text") for text in TEXTS[6:]]
    left = inside(found, tree, "a.example", Known(TITLE, plain(TITLE), (), ()))
    assert [block.text for block in left] == TEXTS


def test_a_broken_line_keeps_its_words_apart() -> None:
    tree = document_fromstring("<p>plus de<br><b>54 000 puits</b><br>relevés</p>")
    assert [line.text for line in lines(tree, "a.example")] == ["plus de 54 000 puits relevés"]


def test_column_counts_links_within_the_site() -> None:
    tree = document_fromstring(
        "<p>Lire <a href='/x'>une histoire</a></p><p>Voir <a href='http://b.example/'>ailleurs</a></p><img><p>c</p>"
    )
    assert [(line.text, line.linked, line.pictured) for line in lines(tree, "a.example")] == [
        ("Lire une histoire", 12, False),
        ("Voir ailleurs", 0, False),
        ("c", 0, True),
    ]


def test_a_gallery_is_no_article() -> None:
    figures = "".join(
        f"<figure><img src='/{n}.jpg'><figcaption>Une rue de la ville, vue {n}.</figcaption></figure>"
        for n in range(6)
    )
    found = article_from(record(page(f"<h1>La semaine en images</h1>{figures}", TITLE)), None)
    assert isinstance(found, NoArticle)
    assert found.kind == "gallery"


@pytest.mark.parametrize("path", ["about.php", "a-propos/", "spip.php?page=sobre", "contact-us"])
def test_pages_about_the_site_are_no_articles(path: str) -> None:
    texts = (
        "Nous sommes une rédaction de cinq personnes, installée au bord du fleuve depuis 2015. " * 3
    )
    found = article_from(
        record(
            page(f"<h1>Qui nous sommes</h1><p>{texts}</p>", "Qui nous sommes"),
            url=f"http://a.example/{path}",
        ),
        None,
    )
    assert isinstance(found, NoArticle)
    assert found.kind == "other"


def test_a_first_paragraph_without_a_paragraphs_markup_is_put_back() -> None:
    opening, *others = TEXTS
    content = f"<div class='entry'><div class='opening'>{opening}</div>{paragraphs(others)}</div>"
    assert text_of(content) == "\n\n".join(TEXTS)


def test_boxes_in_boxes_of_one_name_are_weighed_once() -> None:
    nested = f"<div class='sidebar'><p>{COMMENT}</p></div>"
    for _ in range(9):
        nested = f"<div class='sidebar'>{nested}</div>"
    assert text_of(body(nested)) == "\n\n".join(TEXTS)


def test_a_heading_and_a_line_above_a_button_are_no_end_of_an_article() -> None:
    box = (
        "<div><h4>Le nord vu d’en haut</h4></div><div><p>Le désert se parcourt aussi puits par puits et piste par piste, "
        "carte en main et montre au poignet.</p></div><div><a href='/carte'>Ouvrir la carte</a></div>"
    )
    content = f"<main><div><h1>{TITLE}</h1></div><div>{paragraphs(TEXTS)}</div><section><div>{box}</div></section></main>"
    assert text_of(content) == "\n\n".join(TEXTS)
