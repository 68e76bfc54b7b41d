"""Records to pages: framing, content codings and charsets that lie, and what kind of page it is."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

import brotli
import pytest
from articlepage import WHEN, record
from hypothesis import given
from hypothesis import strategies as st

from archive.reader import Record
from crawler import coding
from crawler.charset import text_of
from crawler.extract import NoArticle, article_from
from crawler.page import decode, kind_of, page_from, text

HTML = "<html><head><title>Un titre</title></head><body><p>Éléments d’un texte à Bamako</p></body></html>"
ARABIC = "<p>قال متحدث باسم الجيش إن القوات صدت هجوما على المدينة مساء الخميس، وأضاف أن عدد الضحايا لم يعرف بعد.</p>"
FRENCH = "<p>L’éleveur a traversé la rivière à gué dès l’aube, malgré l’interdiction décrétée la veille à Gao.</p>"
PORTUGUESE = "<p>A estrada já está aberta à circulação, e a população não voltou às aldeias.</p>"

AMHARIC = "<p>የኢትዮጵያ መከላከያ ሠራዊት ትናንት በአማራ ክልል ውስጥ በተካሄደ ውጊያ ድል ማድረጉን አስታወቀ።</p>"


def coded(body: bytes, name: str) -> Record:
    return record(body, head=f"Content-Type: text/html; charset=utf-8\r\nContent-Encoding: {name}")


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


CODED = [
    ("gzip", gzip.compress(HTML.encode())),
    ("GZIP", gzip.compress(HTML.encode())),
    ("x-gzip", gzip.compress(HTML[:20].encode()) + gzip.compress(HTML[20:].encode())),
    ("deflate", zlib.compress(HTML.encode())),
    ("deflate", raw_deflate(HTML.encode())),
    ("br", brotli.compress(HTML.encode())),
    ("gzip, br", brotli.compress(gzip.compress(HTML.encode()))),
    ("identity", HTML.encode()),
]


@pytest.mark.parametrize(("name", "body"), CODED)
def test_content_codings(name: str, body: bytes) -> None:
    page = page_from(coded(body, name))
    assert decode(page) == HTML
    assert page.warnings == ()


@pytest.mark.parametrize("name", ["gzip", "br", "deflate", "zstd"])
def test_a_coding_that_is_not_there(name: str) -> None:
    page = page_from(coded(HTML.encode(), name))
    assert decode(page) == HTML
    assert len(page.warnings) == 1


@pytest.mark.parametrize(
    "body", [gzip.compress(HTML.encode() * 50), brotli.compress(HTML.encode() * 50)]
)
def test_a_coded_body_that_breaks_off(body: bytes) -> None:
    name = "gzip" if body[:2] == b"\x1f\x8b" else "br"
    page = page_from(coded(body[: len(body) * 2 // 3], name))
    assert page.body == b"" or HTML.encode().startswith(page.body[: len(HTML)][:20])
    assert page.warnings == ("compressed body ends early",)


def test_gzip_that_no_header_declares() -> None:
    page = page_from(record(gzip.compress(HTML.encode())))
    assert decode(page) == HTML
    assert page.warnings == ("gzip that no header declared",)


@pytest.mark.parametrize("name", ["gzip", "br", "deflate"])
def test_a_bomb_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "LIMIT", 1 << 20)
    much = b"a" * (50 << 20)
    bodies = {
        "gzip": gzip.compress(much, 1),
        "br": brotli.compress(much, quality=1),
        "deflate": zlib.compress(much, 1),
    }
    page = page_from(coded(bodies[name], name))
    assert (1 << 20) <= len(page.body) <= (2 << 20)
    assert page.warnings == ("compressed body decoded up to the limit only",)


def test_chunks_and_interim_answers() -> None:
    chunked = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    chunked += b"content-type: TEXT/HTML;Charset=UTF-8\r\n\r\n5\r\n<p>ab\r\n4;x=y\r\nc</p\r\n1\r\n>\r\n0\r\nTrailer: 1\r\n\r\n"
    page = page_from(replace(record(""), block=chunked))
    assert (page.status, page.body, page.content_type, page.charset) == (
        200,
        b"<p>abc</p>",
        "text/html",
        "utf-8",
    )


def test_payload_digest_keeps_the_content_coding() -> None:
    plain = page_from(record("abc"))
    assert plain.payload_digest == "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"
    packed = gzip.compress(b"abc", mtime=0)
    assert page_from(coded(packed, "gzip")).payload_digest != plain.payload_digest


def test_a_resource_has_no_http_head() -> None:
    fields = (("WARC-Type", "resource"), ("Content-Type", "text/html; charset=windows-1252"))
    page = page_from(
        Record(
            type="resource",
            url="<http://a.example/x>",
            date=WHEN,
            id=None,
            fields=fields,
            block=b"<p>\xe9t\xe9</p>",
        )
    )
    assert (page.url, page.status, page.content_type) == ("http://a.example/x", 200, "text/html")
    assert decode(page) == "<p>été</p>"


def test_truncation_is_told() -> None:
    short = page_from(record("abc", head="Content-Length: 10"))
    assert short.truncated
    named = page_from(replace(record("abc"), fields=(("WARC-Truncated", "time"),)))
    assert named.truncated
    assert "the page is cut off" in named.warnings
    assert not page_from(record("abc", head="Content-Length: 3")).truncated


CHARSETS = [
    (FRENCH, "utf-8", "iso-8859-1", "utf-8"),
    (ARABIC, "utf-8", None, "utf-8"),
    (ARABIC, "cp1256", None, "cp1256"),
    (ARABIC, "cp1256", "iso-8859-1", "cp1256"),
    (ARABIC, "cp1256", "utf-8", "cp1256"),
    (ARABIC, "iso8859-6", "iso-8859-6", "iso8859-6"),
    (FRENCH, "cp1252", "iso-8859-1", "cp1252"),
    (FRENCH, "cp1252", None, "cp1252"),
    (FRENCH, "cp1252", "utf-8", "cp1252"),
    (PORTUGUESE, "latin-1", "utf-8", "cp1252"),
    (FRENCH, "utf-8-sig", "iso-8859-1", "utf-8"),
    (FRENCH, "utf-16", None, "utf-16-le"),
]


@pytest.mark.parametrize(("written", "encoding", "declared", "read"), CHARSETS)
def test_charsets(written: str, encoding: str, declared: str | None, read: str) -> None:
    head = "Content-Type: text/html" + (f"; charset={declared}" if declared else "")
    body = (written * 4).encode(encoding, "ignore")
    found = text(page_from(record(body, head=head)))
    assert found.text == body.decode(encoding)
    assert found.charset.replace("_", "-") == read
    is_false = (
        declared is not None
        and encoding != declared
        and encoding.startswith("cp")
        and (declared, encoding) != ("iso-8859-1", "cp1252")
    )
    assert not is_false or found.warnings


def test_a_meta_declaration() -> None:
    page = '<meta charset="windows-1256">' + ARABIC
    assert decode(page_from(record(page.encode("cp1256"), head="Content-Type: text/html"))) == page


@pytest.mark.parametrize("through", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    "written", [FRENCH.replace("’", "'") * 3, PORTUGUESE.replace("à", "a") * 3]
)
def test_utf8_encoded_twice_is_undone_and_told(written: str, through: str) -> None:
    twice = written.encode().decode(through).encode()
    found = text(page_from(record(twice)))
    assert found.text == written
    assert found.warnings == ("UTF-8 encoded twice, undone",)


@pytest.mark.parametrize("written", [ARABIC * 3, FRENCH * 3, AMHARIC * 3])
def test_utf8_taken_for_arabic_and_encoded_again_is_undone(written: str) -> None:
    found = text(page_from(record(written.encode().decode("cp1256").encode())))
    assert (found.text, found.warnings) == (written, ("UTF-8 encoded twice, undone",))


def test_utf8_encoded_twice_in_places_is_undone_there_and_told() -> None:
    whole = FRENCH.replace("’", "'")
    mixed = FRENCH * 2 + whole.encode().decode("latin-1") * 3
    found = text(page_from(record(mixed)))
    assert found.text == FRENCH * 2 + whole * 3
    assert found.warnings == ("UTF-8 encoded twice in places, undone",)
    titled = "<title>L’éleveur</title>".encode().decode("cp1252") + FRENCH + ARABIC
    assert text(page_from(record(titled))).text == "<title>L’éleveur</title>" + FRENCH + ARABIC


@pytest.mark.parametrize("written", [FRENCH, ARABIC, PORTUGUESE, AMHARIC, "<p>« Voilà »</p>"])
def test_what_is_right_is_left_alone(written: str) -> None:
    found = text(page_from(record(written)))
    assert (found.text, found.warnings) == (written, ())


@pytest.mark.parametrize("declared", ["", "; charset=utf-8", "; charset=iso-8859-1"])
@pytest.mark.parametrize("written", [FRENCH * 4, ARABIC * 4])
def test_a_bad_byte_does_not_make_another_charset_of_it(written: str, declared: str) -> None:
    body = written.encode().replace(b" ", b" \xff", 1)
    found = text(page_from(record(body, head=f"Content-Type: text/html{declared}")))
    assert found.text == written.replace(" ", " \ufffd", 1)
    assert found.warnings == ("1 bytes that are no UTF-8",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("written", [FRENCH, ARABIC])
def test_utf16_that_no_mark_announces(written: str, encoding: str) -> None:
    page = f"<html><head><title>x</title></head><body>{written}"
    found = text(page_from(record(page.encode(encoding), head="Content-Type: text/html")))
    assert (found.text, found.charset) == (page, encoding)
    assert found.warnings == (f"no byte order mark, read as {encoding}",)
    assert kind_of(page_from(record(page.encode(encoding))), None).name == "other"
    assert kind_of(page_from(record(page.encode(encoding))), None).reason == "no HTML in it"


def test_characters_that_were_lost_before_are_told() -> None:
    found = text(page_from(record("<p>L\ufffdarmée</p>")))
    assert found.warnings == ("characters that were lost before the page was sent",)


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode-escape"])
def test_what_python_alone_calls_an_encoding_is_no_charset(name: str) -> None:
    found = text_of(b"caf\xe9 \\u0041 \x1b(", name)
    assert (found.text, found.charset) == ("café \\u0041 (", "cp1252")


@given(
    st.binary(max_size=2000),
    st.sampled_from(
        ["", "; charset=utf-8", "; charset=nonsense", "; charset=utf-16", "; charset=idna"]
    ),
)
def test_decoding_never_raises(body: bytes, charset: str) -> None:
    decode(page_from(record(body, head=f"Content-Type: text/html{charset}")))


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "gzip,br", "x"]))
def test_content_decoding_never_raises(body: bytes, name: str) -> None:
    page_from(coded(body, name))
    page_from(replace(record(""), block=body))


def paged(content: str, title: str = "Un titre", body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body {body}>{content}</body></html>"


LONG = (
    "<p>"
    + "Le texte de la page continue encore un peu, sans rien dire de particulier. " * 20
    + "</p>"
)
MISSING = [
    "Page not found – Sahel Infos",
    "Oops! That page can’t be found.",
    "This page doesn't exist",
    "Sorry, the page you are looking for could not be found",
    "Cette page n’existe pas",
    "Désolé, page introuvable | Sahel Infos",
    "Page non trouvée",
    "Erreur 404 - Page introuvable",
    "404 Not Found",
    "Página não encontrada",
    "Página no encontrada",
    "عذرا، الصفحة المطلوبة غير موجودة",
    "لم يتم العثور على الصفحة",
    "Ukurasa haujapatikana",
    "Ba a samu shafin",
    "Bogga lama helin",
    "ገጹ አልተገኘም",
]
CHALLENGES = [
    "Checking your browser before accessing a.example",
    "Verify you are human by completing the action below.",
    "Request unsuccessful. Incapsula incident ID: 443000",
    "Access Denied - Sucuri Website Firewall",
    "Press & Hold to confirm you are a human",
    "Vérification de la sécurité de votre connexion",
]
SCRIPTS = [
    "window._cf_chl_opt={cvId:'3'}",
    "var dd={'host':'geo.captcha-delivery.com'}",
    "window._pxAppId='x';document.getElementById('px-captcha')",
    "location='/_Incapsula_Resource?x=1'",
]
STAND_INS = {  # by title or heading: what servers and hosts show in place of a page, with status 200
    "error": [
        "Access Denied", "403 Forbidden", "Accès refusé", "Error establishing a database connection", "502 Bad Gateway", "503 Service Temporarily Unavailable",
        "Erreur lors de la connexion à la base de données", "There has been a critical error on this website", "Site en maintenance", "Site is undergoing maintenance",
        "O nosso site está em manutenção", "الموقع تحت الصيانة", "Maintenance mode", "Fatal error",
    ],
    "other": [
        "Account Suspended", "This account has been suspended", "Bandwidth Limit Exceeded", "sahel-infos.example is for sale", "This domain is parked", "Le domaine est à vendre",
        "Buy this domain", "Site under construction", "Apache2 Debian Default Page: It works", "Welcome to nginx!", "Privacy Policy", "Politique de confidentialité",
        "Mentions légales", "Termos de uso", "سياسة الخصوصية", "About us",
    ],
    "listing": ["Index of /wp-content/uploads/2024"],
}  # fmt: skip
NEWS = [  # that tell of such things
    "Access denied: how the army kept reporters out of Ber", "Fermé pour maintenance, le pont de Kayes rouvrira lundi", "La maison du président déchu est à vendre",
    "Bank account of opposition leader suspended", "Nigeria’s new privacy policy for telecoms takes effect", "About us without us: refugees speak at the summit",
]  # fmt: skip

KINDS = [
    (record("", status="301 Moved", head="Location: /x"), "redirect"),
    (record(paged(LONG), status="404 Not Found"), "error"),
    (record(paged(LONG), status="500 Oops"), "error"),
    (record("<title>Just a moment...</title>", status="403 Forbidden"), "wall"),
    (record(paged("<p>Checking your browser before accessing</p>", "Just a moment...")), "wall"),
    (record(paged("<form><input name=u><input type='password'></form>", "Connexion")), "wall"),
    (
        record(paged("<p>Nous utilisons des cookies. Acceptez pour continuer.</p>", "Bienvenue")),
        "wall",
    ),
    (record(paged(LONG[:300], "Page introuvable - Le Site")), "soft 404"),
    (record(paged(LONG[:300], "Erreur 404")), "soft 404"),
    (record(paged(LONG, body='class="error404 wp"')), "soft 404"),
    (record(paged(LONG, "الصفحة غير موجودة")), "soft 404"),
    (
        record(
            '<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
            head="Content-Type: text/html",
        ),
        "feed",
    ),
    (
        record(
            '<feed xmlns="http://www.w3.org/2005/Atom"/>', head="Content-Type: application/atom+xml"
        ),
        "feed",
    ),
    (record('<?xml version="1.0"?><urlset></urlset>', head="Content-Type: text/xml"), "other"),
    (record('{"a": 1}', head="Content-Type: application/json"), "other"),
    (record(b"%PDF-1.7 \x00\x00", head="Content-Type: text/html"), "other"),
    (record(b"\x89PNG\r\n\x1a\n", head="Content-Type: text/html"), "other"),
    (record(b"\x07\x00\x00\x01" * 3000, head="Content-Type: text/html"), "other"),
    (record(""), "other"),
    (record("", status="204 No Content"), "other"),
    (record(paged(LONG, body='class="archive category"')), "listing"),
    (record(paged(LONG), url="https://a.example/"), "listing"),
    (record(paged(LONG), url="https://a.example/?s=mali"), "search"),
    (record(paged(LONG, body='class="search-results"')), "search"),
    (
        record(
            paged(
                '<script type="application/ld+json">{"@type": "CollectionPage", "name": "Mali"}</script>'
                + LONG
            )
        ),
        "listing",
    ),
    (
        record(
            paged(
                '<meta property="og:type" content="article"><script type="application/ld+json">{"@graph": [{"@type": ["CollectionPage"]}]}</script>'
                + LONG
            )
        ),
        "listing",
    ),
    (
        record(
            paged('<script type="application/ld+json">{"@type": "ProfilePage"}</script>' + LONG)
        ),
        "listing",
    ),
    (record(paged(LONG), url="https://a.example/rubrique/mali/"), "listing"),
    (record(paged(LONG), url="https://a.example/tag/gao/page/2/"), "listing"),
    (record(paged(LONG), url="https://a.example/auteur/awa-sow/"), "listing"),
    (record(paged(LONG), url="https://a.example/2024/08/"), "listing"),
    (record(paged(LONG), url="https://a.example/?cat=12"), "listing"),
    (record(paged(LONG), url="https://a.example/spip.php?rubrique12"), "listing"),
    (record(paged(LONG), url="https://a.example/recherche?q=mali"), "search"),
    (record(paged(LONG, body='class="blog"')), "listing"),
    *((record(paged(LONG[:300], title)), "soft 404") for title in MISSING),
    *(
        (record(paged(f"<h1>{title}</h1>{LONG[:300]}", "Sahel Infos")), "soft 404")
        for title in MISSING
    ),
    *(
        (record(paged(f"<h1>{title}</h1>{LONG[:300]}", title)), kind)
        for kind, titles in STAND_INS.items()
        for title in titles
    ),
    (record("<body><p>There has been a critical error on this website.</p>"), "error"),
    *((record(paged(f"<p>{words}</p>", "Sahel Infos")), "wall") for words in CHALLENGES),
    *((record(paged(f"<script>{script}</script>", "a.example")), "wall") for script in SCRIPTS),
    *(
        (record(f"<html><script>{script}</script>", status="403 Forbidden"), "wall")
        for script in SCRIPTS
    ),
]


@pytest.mark.parametrize(("page", "kind"), KINDS)
def test_what_is_no_article(page: Record, kind: str) -> None:
    found = article_from(page, None)
    assert isinstance(found, NoArticle)
    assert found.kind == kind
    assert found.reason


def test_an_article_is_one() -> None:
    found = page_from(record(paged(LONG)))
    assert kind_of(found, None).name == "other"
    assert not isinstance(article_from(record(paged(LONG)), None), NoArticle)


@pytest.mark.parametrize(
    "title",
    [
        "Nothing found at the crash site near Kidal, army says",
        "« Cet État n’existe plus » : le cri d’un maire de Gao",
        "Mali : le contenu introuvable du rapport de l’ONU",
        "Search for 404 missing students goes on",
        "Checking your browser history: how the law changes",
    ],
)
def test_headlines_about_what_is_missing_are_no_404(title: str) -> None:
    page = record(paged(f"<h1>{title}</h1>{LONG}", f"{title} - Sahel Infos"))
    assert not isinstance(article_from(page, None), NoArticle)


@pytest.mark.parametrize("title", NEWS)
def test_short_news_of_what_servers_say_too(title: str) -> None:
    page = record(paged(f"<h1>{title}</h1>{LONG[:700]}", f"{title} - Sahel Infos"))
    assert not isinstance(article_from(page, None), NoArticle)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/category/mali/la-route-de-gao-est-rouverte-depuis-mardi/suite/x",
        "https://a.example/2024/08/01/la-route/",
        "https://a.example/article.php?s=12&id=3",
        "https://a.example/search-for-peace/",
        "https://a.example/tagant-un-village/",
    ],
)
def test_addresses_of_articles(url: str) -> None:
    assert not isinstance(article_from(record(paged(LONG), url=url), None), NoArticle)


def test_a_short_article_behind_a_challenging_server_is_none_the_less_one() -> None:
    script = "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    assert not isinstance(article_from(record(paged(script + LONG[:800])), None), NoArticle)
