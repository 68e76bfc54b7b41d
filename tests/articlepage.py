"""Pages of our own writing around one article, in three markups, and records that hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from archive.reader import Record

URL = "https://sahel.example/actualites/tessit-2024/"
SEED = Path(__file__).parent.parent / "demo" / "seed" / "article.txt"
WHEN = datetime(2024, 8, 2, 9, 30, tzinfo=UTC)
RECORD_ID = "<urn:uuid:6b1b4bd0-8c1b-4d5a-9b3c-0a1b2c3d4e5f>"


def record(
    body: bytes | str,
    *,
    head: str = "Content-Type: text/html; charset=utf-8",
    status: str = "200 OK",
    url: str = URL,
) -> Record:
    """A response record with that body."""
    raw = body.encode() if isinstance(body, str) else body
    block = f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + raw
    return Record(
        type="response",
        url=url,
        date=WHEN,
        id=RECORD_ID,
        fields=(),
        block=block,
        file="a.warc.gz",
        offset=7,
    )


def story() -> tuple[str, list[str]]:
    """Title and body paragraphs of an article."""
    lines = [" ".join(line.split()) for line in SEED.read_text("utf-8").splitlines()]
    title, *texts = [line for line in lines if line]
    return title, texts


def page(content: str, title: str, head: str = "") -> str:
    """A whole document around the content."""
    return (
        f'<!DOCTYPE html><html lang="fr-FR"><head><meta charset="utf-8"><title>{escape(title)} – Sahel Infos</title>'
        f'<meta property="og:site_name" content="Sahel Infos">{head}</head><body>{content}</body></html>'
    )


def paragraphs(texts: list[str]) -> str:
    """Each text in a p."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def named(title: str, texts: list[str]) -> str:
    """Markup A: a WordPress page whose classes say what everything is."""
    content = f"""
    <header class="site-header"><nav class="main-navigation"><ul><li><a href="/">Accueil</a></li><li><a href="/p">Politique</a></li></ul></nav></header>
    <main><article class="post type-post">
    <header class="entry-header"><div class="cat-links"><a rel="category tag" href="/c/a">ACTUALITE</a><a rel="category tag" href="/c/s">SECURITE</a></div>
    <h1 class="entry-title">{escape(title)}</h1>
    <div class="entry-meta"><span class="byline">Par <a rel="author" href="/author/mariam">Mariam Coulibaly</a></span>
    <time class="entry-date" datetime="2024-08-01T18:05:00+00:00">1 août 2024</time></div></header>
    <figure class="wp-caption"><img src="/img/tessit-1024x683.jpg" alt="{escape(title)}"><figcaption>{escape(title)}</figcaption></figure>
    <div class="entry-content">{paragraphs(texts)}</div>
    <div class="newsletter-signup"><h4>Heureux de vous accueillir dans notre cercle d'abonnés</h4><form><input type="email"><button>S'abonner</button></form></div>
    <div class="social-share"><span>Shares:</span><a href="https://www.facebook.com/sharer/sharer.php?u=x">Facebook</a></div></article>
    <div id="comments" class="comments-area"><h3>Un commentaire</h3><ol class="comment-list"><li><p>Merci pour cet article très complet, nous attendons la suite avec impatience depuis Gao.</p></li></ol>
    <div id="respond"><h3>Laisser un commentaire</h3><form><p>Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *</p></form></div></div></main>
    <aside class="sidebar"><h3>Les plus lus</h3><ul><li><a href="/x">Un autre article du site sur la région</a></li></ul></aside>
    <footer><p>© 2024 Sahel Infos. Tous droits réservés.</p></footer>"""
    return page(content, title)


def unnamed(title: str, texts: list[str]) -> str:
    """Markup B: everything in plain divs and paragraphs, without a helpful name."""
    content = f"""
    <div><div>Sahel Infos</div><ul><li><a href="/">Accueil</a></li><li><a href="/p">Politique</a></li></ul></div>
    <div><div><div><a href="/c/a">ACTUALITE</a><a href="/c/s">SECURITE</a></div><div><h1>{escape(title)}</h1></div>
    <div><a href="/a">Mariam Coulibaly</a><span>1 août 2024</span><span>3 min de lecture</span></div>
    <div><img src="/img/tessit.jpg" alt="{escape(title)}"><p>{escape(title)}</p></div>
    <div>{paragraphs(texts)}<div><h3>Heureux de vous accueillir dans notre cercle d'abonnés</h3><div><input type="text"><span>S'abonner</span></div></div></div>
    <div><span>Shares:</span><a href="https://twitter.com/share?u=x"><svg></svg></a></div>
    <div><a href="/y">Article précédent</a></div>
    <div><h3>Laisser un commentaire</h3><p>Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *</p>
    <p>Commentaire *</p><p>Nom *</p><p>E-mail *</p><p>Site web</p></div></div>
    <div><h3>Les plus lus</h3><p><a href="/x">Un autre article du site sur la région</a></p></div></div>
    <div><p>© 2024 Sahel Infos. Tous droits réservés.</p></div>"""
    return page(content, title)


def mingled(title: str, texts: list[str]) -> str:
    """Markup C: furniture as paragraphs between and behind those of the body, under made-up class names."""
    half = len(texts) // 2
    content = f"""
    <div class="x1"><div class="q7"><p class="a">ACTUALITESECURITE</p><h1 class="b">{escape(title)}</h1>
    <p class="a">{escape(title)}</p><p class="a">{escape(title)}</p>
    <p class="a">Par Mariam Coulibaly</p><p class="a">Publié le 1 août 2024 à 18h05</p><p class="a">3 min de lecture</p>
    {paragraphs(texts[:half])}
    <p class="a">Lire aussi : <a href="/x">Un autre article du site sur la région</a></p>
    {paragraphs(texts[half:])}
    <p class="a">Heureux de vous accueillir dans notre cercle d'abonnés</p>
    <p class="a">Recevez chaque matin nos informations directement dans votre boîte mail.</p>
    <p class="a">Shares:</p>
    <p class="a">Articles similaires</p><p class="a"><a href="/z">Au Niger, une autre histoire</a></p>
    <p class="a">Laisser un commentaire</p>
    <p class="a">Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *</p>
    <p class="a">Commentaire *</p><p class="a">Nom *</p><p class="a">E-mail *</p><p class="a">Site web</p>
    <p class="a">Enregistrer mon nom, mon e-mail et mon site dans le navigateur pour mon prochain commentaire.</p>
    </div></div>"""
    return page(content, title)
