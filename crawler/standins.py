"""Pages that stand where an article was, with status 200: a server's errors, parked domains, bare folders; and the site's own papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

Name = Literal["error", "other", "listing"]
_MOSTLY = 0.6  # of a title's letters: then it says nothing else
_SHORT = 120  # characters of a title or heading; longer ones tell of more
_LITTLE = 900  # characters of text; a stand-in says less

_SERVER = (
    r"(?:error \d{3}\W+)?(?:5\d\d\W+)?(?:internal server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out|origin is unreachable|web server is down|connection timed out)"
    r"|(?:error\W+)?(?:403\W+)?(?:access (?:is |has been )?(?:denied|forbidden)|forbidden|acc[èe]s (?:refus[ée]|interdit)|acesso negado)"
    r"|error establishing a database connection|database (?:connection )?error|erreur (?:lors de la connexion|de connexion|lors de l['’][ée]tablissement de la connexion) [àa] la base de donn[ée]es"
    r"|(?:there has been|il y a eu|ocorreu) (?:a critical error|une erreur critique|um erro cr[íi]tico) (?:on|sur|neste)(?: this| ce| (?:seu )?site)?(?: website| site)?"
    r"|fatal error|erreur fatale|(?:an? )?(?:unexpected )?(?:application )?error(?: has)? occurred"
    r"|(?:this |our |the |le |notre |ce |o nosso )?(?:web ?)?site (?:is |est |está |encontra-se |actuellement |currently )*(?:down for |undergoing |under |en |em |in )(?:scheduled )?(?:maintenance|manuten[çc][ãa]o)"
    r"|(?:briefly )?unavailable for scheduled maintenance|maintenance(?: mode)?|en maintenance|em manuten[çc][ãa]o|(?:الموقع )?تحت الصيانة"
)
_PARKED = (
    r"(?:this )?account (?:has been |is )?suspended|(?:compte|conta) suspendue?|bandwidth limit exceeded|(?:this )?(?:web ?)?site (?:has been |is )suspended"
    r"|(?:the |this |le |ce |o |este )?(?:domain|nom de domaine|domaine|dom[íi]nio)?(?: name)? ?(?:\S+\.\w{2,10} )?(?:is|est|may be|est peut-[êe]tre|est[áa]) (?:for sale|[àa] vendre|parked|expired|expir[ée]|[àa] venda)"
    r"|(?:buy|achetez) (?:this|ce) (?:domain|domaine)(?: name)?|parked (?:domain|page)|domain (?:parking|expired|parked)"
    r"|(?:web ?)?site (?:is )?under construction|site en construction|(?:site )?em constru[çc][ãa]o|(?:site )?coming soon|apache2? \w* ?default page(?:: it works)?|welcome to (?:nginx|openresty|centos)|it works|iis windows server|default (?:web )?(?:page|server|site)(?: page)?"
)
_FOLDER = r"index of /\S*|(?:directory listing|r[ée]pertoire) (?:for|de|:) ?/\S*"
_PAPER = (
    r"privacy(?: policy| notice| statement)?|cookies? policy|terms(?: of (?:use|service)|(?: and|,| &) (?:conditions|privacy))*(?: policy)?|disclaimer|advertise(?: with us)?|about us|contact us|our team|editorial (?:policy|charter)"
    r"|politique de confidentialit[ée]|politique (?:des|de|relative aux) cookies|mentions l[ée]gales|conditions g[ée]n[ée]rales(?: d['’]utilisation| de vente)?|conditions d['’]utilisation|qui sommes[- ]nous|nous contacter|contactez[- ]nous"
    r"|charte [ée]ditoriale|plan du site|pol[íi]tica de (?:privacidade|privacidad|cookies)|termos (?:de uso|e condi[çc][õo]es)|quem somos|sobre n[óo]s|contacte[- ]nos|fale connosco|ficha t[ée]cnica|aviso legal|t[ée]rminos (?:de uso|y condiciones)"
    r"|سياسة الخصوصية|شروط الاستخدام|من نحن|اتصل بنا|هيئة التحرير|sera ya faragha|kuhusu sisi|wasiliana nasi"
)
_STAND_INS: tuple[tuple[re.Pattern[str], Name, str], ...] = (
    (re.compile(_SERVER, re.IGNORECASE), "error", "an error of the server"),
    (re.compile(_PARKED, re.IGNORECASE), "other", "a host's page in place of the site"),
    (re.compile(_FOLDER, re.IGNORECASE), "listing", "the files of a folder"),
)
_PAPERS_OF_SITE = re.compile(rf"\W*(?:{_PAPER})\W*", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+|\b(?:[\w-]+\.)+[a-z]{2,10}\b")


def stand_in(titles: Iterable[str], words: str) -> tuple[Name, str] | None:
    """What the page is that stands in for another, by what ``titles`` (and headings) say and nearly nothing else.

    ``words`` are its visible text; one with more of it tells something.
    """
    if len(words) > _LITTLE:
        return None
    for said in titles:
        for pattern, name, reason in _STAND_INS:
            if len(said) < _SHORT and _says(pattern, said):
                return name, f"{reason}: {said[:60]!r}"
    return None


def is_paper(titles: Iterable[str], headings: Sequence[str]) -> bool:
    """Whether title and heading are what sites call their imprint, their terms, the page about themselves."""
    called = any(map(_PAPERS_OF_SITE.fullmatch, titles))
    return called and (not headings or any(map(_PAPERS_OF_SITE.fullmatch, headings[:3])))


def _says(pattern: re.Pattern[str], said: str) -> bool:
    found = sum(len(match[0]) for match in pattern.finditer(said))
    rest = _ADDRESS.sub("", said) if "/" not in said else said
    return found > 0 and found >= _MOSTLY * len(rest.strip(" .!?,…،:;|-–—"))
