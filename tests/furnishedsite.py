"""A newsroom whose articles stand among lines that look like theirs, served on loopback."""

from __future__ import annotations

from tests.treesite import TreeSite, paragraphs_of, title_of

BANNER = "Un mot de la maison : ce journal appartient à ceux qui le lisent."
APPEAL = "Chaque matin, onze personnes allument cette lampe, et quelqu’un doit payer l’huile."
FOOT = "Le Carnet paraît quand il a quelque chose à dire, et se tait le reste du temps."


class FurnishedSite(TreeSite):
    """Like its parent, but nothing tells the furniture from the text save that it recurs."""

    def _article(self, number: int) -> str:
        first, *rest = paragraphs_of(number)
        texts = [first, BANNER, *rest, APPEAL, FOOT]
        body = "".join(f"<p>{text}</p>" for text in texts)
        title = title_of(number)
        return (
            f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="og:type" content="article"></head><body><div><h1>{title}</h1>{body}</div></body></html>'
        )


def text_of(number: int) -> str:
    """What the article says."""
    return "\n\n".join(paragraphs_of(number))
