"""What the shape of a URL tells of the page behind it, before anything is fetched."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|ogg|og[av]|wav|aac|flac|web[mp]"
    r"|avi|mov|wmv|flv|mkv|pdf|docx?|xlsx?|pptx?|odt|epub|zip|rar|7z|gz|tar|css|js|json|xml|rss|rdf"
    r"|atom|txt|ics|vcf|apk|exe|swf|woff2?|ttf)$",
    re.IGNORECASE,
)

# Whole path segments of pages that list, serve or present the house, in the region's languages.
_LISTS = """
category categories categorie catégorie categoria categorias cat topic topics theme themes thematique
rubrique rubriques rubrica rubricas tag tags etiquette etiquettes mot-cle mots-cles
etiqueta etiquetas kategori jamii تصنيف القسم الأقسام وسم page pages pagina ukurasa صفحة feed feeds rss
atom comments embed trackback sitemap plan-du-site mapa-do-site author authors auteur auteurs autor autores
user users profile membre membres mwandishi waandishi marubuci كاتب مؤلف الكاتب
search recherche rechercher buscar busca pesquisa tafuta bincike raadi بحث
"""
_SERVICES = """
wp-admin wp-login.php wp-content wp-includes wp-json xmlrpc.php cgi-bin cdn-cgi admin login logout signin signup
register registration inscription connexion connecter mon-compte account my-account subscribe subscription
subscriptions abonnement abonnements abonnes assinatura assinar newsletter newsletters cart panier checkout
shop boutique loja donate don dons share print imprimer
"""
_HOUSE = """
about about-us aboutus a-propos apropos qui-sommes-nous sobre sobre-nos quem-somos kuhusu kuhusu-sisi
game-da-mu ku-saabsan من-نحن عن-الموقع ስለ-እኛ contact contacts contact-us contactus contactez-nous
nous-contacter contacto contactos contacte-nos wasiliana wasiliana-nasi tuntube-mu la-xiriir
nala-soo-xiriir اتصل-بنا اتصل advertise advertising advertise-with-us publicite annoncer publicidade anuncie
الإعلان أعلن-معنا privacy privacy-policy privacy-notice confidentialite politique-de-confidentialite
politica-de-privacidade terms terms-of-use terms-and-conditions conditions mentions-legales cgu cookies
cookie-policy legal disclaimer faq aide help ajuda jobs careers emplois carrieres editorial-policy
"""
_NO_ARTICLE = frozenset((_LISTS + _SERVICES + _HOUSE).split())
_QUERIES = """
s q search recherche cat tag author auteur replytocom share feed add-to-cart print tmpl action redirect_to
id_rubrique id_mot id_auteur taxonomy m
"""
_NO_ARTICLE_QUERY = frozenset(_QUERIES.split())
_LISTING = re.compile(
    r"^(?:rubrique|mot|auteur|secteur|groupe|tag|cat|page)-?\d+(?:\.\w+)?$", re.IGNORECASE
)
_ARCHIVE_OF_DAYS = re.compile(r"^(?:/[a-z]{2}|/archives?)?/(?:19|20)\d\d(?:/\d{1,2}){0,2}$")
_DATE_IN_PATH = re.compile(r"/(?:19|20)\d\d(?:/\d{1,2}/|/\w{3,9}/|[-/]?[01]\d[-/]?[0-3]\d)")
_NUMBER = re.compile(r"(?:^|[-_/,.a-z])\d{5,}(?=$|[-_/,.])", re.IGNORECASE)
_KEYED = re.compile(
    r"^(?:article|node|breve|nota|noticia|actu|news|post|story)[-_/]?\d+", re.IGNORECASE
)
_ROOM = frozenset(
    {"article", "articles", "content", "node", "story", "stories", "post", "posts", "a"}
)
_ARTICLE_QUERY = frozenset({"p", "id_article", "article", "articleid", "newsid", "storyid", "post"})
_FILE = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|shtml|cfm)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[-_+\s]+")

_POSTLESS_SITEMAP = re.compile(
    r"(?:category|post_tag|product_cat|tag|author|user|taxonom|image|video|attachment|elementor)"
    r"[\w-]*sitemap|sitemap-(?:taxonomies|users|category|categories|tags?|authors?|images?|videos?)\b"
    r"|sitemap-tax-",
    re.IGNORECASE,
)
_SHORT_SLUG, _LONG_SLUG = 3, 5  # words


def may_be_article(url: str) -> bool:
    """False where the address itself says listing, service page or media file."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if _MEDIA.search(path) or _ARCHIVE_OF_DAYS.match(path.rstrip("/")):
        return False
    segments = [segment.casefold() for segment in path.split("/") if segment]
    if any(segment in _NO_ARTICLE or _LISTING.match(segment) for segment in segments):
        return False
    if _is_listing_query(parts.query):
        return False
    return (bool(segments) and not _is_index(segments)) or _has_article_query(parts.query)


def is_article_shaped(url: str) -> bool:
    """Whether a slug, a date or a number makes an article likely."""
    return is_surely_article_shaped(url) or _slug_words(url) >= _SHORT_SLUG


def is_surely_article_shaped(url: str) -> bool:
    """The same, with no doubt about a section whose name has three words."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.split("/") if segment]
    if _has_article_query(parts.query):
        return True
    if not segments:
        return False
    if _KEYED.match(segments[-1]) or (len(segments) > 1 and segments[-2].casefold() in _ROOM):
        return True
    if _DATE_IN_PATH.search(path) or _NUMBER.search(path) or segments[-1].isdigit():
        return True
    return _slug_words(url) >= _LONG_SLUG


def may_list_articles(sitemap_url: str) -> bool:
    """False for the sitemaps of tags, authors and pictures that WordPress and its plugins make."""
    return not _POSTLESS_SITEMAP.search(urlsplit(sitemap_url).path)


def _slug_words(url: str) -> int:
    """The most words in one segment of the path: `attaque-a-djibo.html` has three."""
    segments = unquote(urlsplit(url).path).split("/")
    slugs = (_FILE.sub("", segment) for segment in segments)
    return max(len([word for word in _SEPARATOR.split(slug) if word]) for slug in slugs)


def _query(query: str) -> dict[str, str]:
    return {key.casefold(): value for key, value in parse_qsl(query, keep_blank_values=True)}


def _has_article_query(query: str) -> bool:
    keys = _query(query)
    if keys.get("view") == "article" or re.match(r"(?:article|breve)\d+", query, re.IGNORECASE):
        return True
    return any(key in _ARTICLE_QUERY and value.strip("/").isdigit() for key, value in keys.items())


def _is_listing_query(query: str) -> bool:
    """Of WordPress, of Joomla (`view=category`), of SPIP (`rubrique12`, `page=backend`)."""
    keys = _query(query)
    if _NO_ARTICLE_QUERY & keys.keys() or keys.get("format") == "feed":
        return True
    if keys.get("view", "article") not in ("article", "item") or keys.get("page", "").isalpha():
        return True
    return bool(re.match(r"(?:rubrique|mot|auteur)\d", query, re.IGNORECASE))


def _is_index(segments: list[str]) -> bool:
    """The front page, by its file or by its language: `/index.php`, `/fr`, `/en/home`."""
    names = [_FILE.sub("", segment) for segment in segments]
    return all(re.fullmatch(r"[a-z]{2}|index|home|default|accueil|spip", name) for name in names)
