"""Sites of our own making whose furniture is marked up like their articles, several pages each."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from archive.reader import Record
from demo.story import Story, stories
from tests.articlepage import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a site says around its articles; no phrase table has the sentences."""

    banner: str
    chips: tuple[str, ...]
    byline: str
    names: tuple[str, ...]
    date: str
    shares: str
    inside: str
    see: str
    appeal: str
    box: tuple[str, str]
    more: str
    voices: str
    form: tuple[str, ...]
    foot: str


WORDS = {
    "fr": Words(
        banner="Bienvenue parmi ceux qui nous lisent chaque matin",
        chips=("ACTUALITESECURITE", "Société", "Région"),
        byline="Par {name}",
        names=("Awa Traoré", "Idrissa Kanté"),
        date="Publié le {day} mars 2026 à {hour}h05",
        shares="Shares: {count}",
        inside="Notre maison n’a ni actionnaire ni parti, seulement des lecteurs.",
        see="Lire aussi : ",
        appeal="Une lampe allumée dans une rédaction coûte quelque chose, et vous le savez.",
        box=("La lettre du fleuve", "Laissez-nous une adresse, le reste est notre affaire."),
        more="Articles similaires",
        voices="Laisser un commentaire",
        form=("Les champs marqués d’un astérisque doivent être remplis.", "Nom *", "E-mail *"),
        foot="Imprimé nulle part, lu partout depuis 2009.",
    ),
    "en": Words(
        banner="Glad to have you in the circle of our morning readers",
        chips=("NEWSSECURITY", "Society", "Region"),
        byline="By {name}",
        names=("Hauwa Bukar", "Daniel Otieno"),
        date="Published on March {day}, 2026 at {hour}:05",
        shares="Shares: {count}",
        inside="Our house has neither shareholders nor a party, only the people who open this page.",
        see="Read also: ",
        appeal="A lamp that burns in a newsroom costs something, and you know that.",
        box=("The letter from the lake", "Leave us an address, the rest is our business."),
        more="Related articles",
        voices="Leave a comment",
        form=("What bears an asterisk has to be filled in.", "Name *", "Email *"),
        foot="Printed nowhere, read everywhere since 2009.",
    ),
    "ar": Words(
        banner="أهلا بكم بين قرائنا كل صباح",
        chips=("أخبار الأمن", "مجتمع", "أقاليم"),
        byline="كتب {name}",
        names=("سعاد الأمين", "ياسر حامد"),
        date="نشر في {day} مارس 2026 الساعة {hour}:05",
        shares="مشاركات: {count}",
        inside="بيتنا بلا مساهمين ولا حزب، وليس فيه سوى من يفتحون هذه الصفحة.",
        see="اقرأ أيضا: ",
        appeal="المصباح المضاء في غرفة الأخبار له ثمن، وأنتم تعرفون ذلك.",
        box=("رسالة النهر", "اتركوا لنا عنوانا، والباقي علينا نحن."),
        more="مقالات ذات صلة",
        voices="اترك تعليقا",
        form=("يجب ملء كل ما وضعت بجانبه نجمة.", "الاسم *", "البريد *"),
        foot="لا يطبع في مكان، ويقرأ في كل مكان منذ 2009.",
    ),
    "pt": Words(
        banner="Bem-vindo ao círculo de quem nos lê todas as manhãs",
        chips=("NOTÍCIASEGURANÇA", "Sociedade", "Região"),
        byline="Por {name}",
        names=("Celeste Muianga", "Amade Nvita"),
        date="Publicado a {day} de Março de 2026 às {hour}h05",
        shares="Partilhas: {count}",
        inside="A nossa casa não tem accionistas nem partido, só quem abre esta página.",
        see="Leia também: ",
        appeal="Uma lâmpada acesa numa redacção custa alguma coisa, e você sabe disso.",
        box=("A carta do norte", "Deixe-nos um endereço, o resto é connosco."),
        more="Artigos relacionados",
        voices="Deixe um comentário",
        form=("O que tem asterisco tem de ser preenchido.", "Nome *", "E-mail *"),
        foot="Impresso em lado nenhum, lido em todo o lado desde 2009.",
    ),
}

Line = Callable[[str, str], str]  # what a line is, and its HTML


def _bare(kind: str, inner: str) -> str:
    return f"<p>{inner}</p>"


def _boxes(kind: str, inner: str) -> str:
    return f"<div>{inner}</div>"


def _breaks(kind: str, inner: str) -> str:
    return f"{inner}<br><br>\n"


def _named(kind: str, inner: str) -> str:
    return f"<p>{inner}</p>" if kind == "text" else f'<div class="k-{kind}">{inner}</div>'


MARKUPS: dict[str, Line] = {"bare": _bare, "boxes": _boxes, "breaks": _breaks, "named": _named}


@dataclass(frozen=True, slots=True)
class Site:
    """A site in one language and one markup."""

    language: str
    markup: str

    @property
    def host(self) -> str:
        """Its name on the net."""
        return f"{self.markup}.{self.language}.example"

    @property
    def stories(self) -> list[Story]:
        """What it publishes."""
        return list(stories(self.language))

    def url(self, number: int) -> str:
        """Of an article."""
        return f"https://{self.host}/2026/03/{self.stories[number].slug}/"

    def text(self, number: int) -> str:
        """An article as its author wrote it."""
        return "\n\n".join(self.stories[number].paragraphs)

    def record(self, number: int) -> Record:
        """The page around an article, as it was archived."""
        return record(self.html(number), url=self.url(number))

    def html(self, number: int) -> str:
        """The page around an article."""
        story, others = (
            self.stories[number],
            [s for s in self.stories if s.slug != self.stories[number].slug],
        )
        chance = random.Random(f"{self.host}{number}")
        teased = chance.sample(others, 4)
        lines = [
            *self._before(story, chance),
            *self._body(story, teased[0]),
            *self._behind(teased[1:]),
        ]
        title = f"{escape(story.title)} - {self.host}"
        return (
            f'<!DOCTYPE html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{title}</title></head><body><div>{''.join(lines)}</div></body></html>"
        )

    def _line(self, kind: str, text: str) -> str:
        return MARKUPS[self.markup](kind, escape(text))

    def _link(self, label: str, story: Story) -> str:
        link = f'{escape(label)}<a href="/2026/03/{story.slug}/">{escape(story.title)}</a>'
        return MARKUPS[self.markup]("link", link)

    def _before(self, story: Story, chance: random.Random) -> list[str]:
        words = WORDS[self.language]
        numbers = {"day": chance.randint(1, 28), "hour": chance.randint(6, 20)}
        return [
            self._line("banner", words.banner),
            self._line("chip", chance.choice(words.chips)),
            f"<h1>{escape(story.title)}</h1>",
            self._line("title", story.title),
            self._line("by", words.byline.format(name=chance.choice(words.names))),
            self._line("date", words.date.format(**numbers)),
            self._line("shares", words.shares.format(count=chance.randint(0, 400))),
        ]

    def _body(self, story: Story, other: Story) -> list[str]:
        texts = [self._line("text", text) for text in story.paragraphs]
        texts.insert(1, self._line("inside", WORDS[self.language].inside))
        texts.insert(3, self._link(WORDS[self.language].see, other))
        return texts

    def _behind(self, teased: list[Story]) -> list[str]:
        words = WORDS[self.language]
        lines = [self._line("appeal", words.appeal)]
        lines += [self._line("box", text) for text in words.box]
        lines += [self._line("more", words.more), *(self._link("", story) for story in teased)]
        lines += [self._line("form", text) for text in (words.voices, *words.form)]
        return [*lines, self._line("foot", words.foot)]
