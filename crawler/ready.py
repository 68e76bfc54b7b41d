"""Imported by the server that workers are forked from: a page is read there, so that none of them makes the tables of its own.

The server can be told what to import, and nothing else.  Tables and patterns are made when first asked for and take
as long as ten pages; workers share their memory.
"""

from __future__ import annotations

from datetime import UTC, datetime

from archive.reader import Record
from crawler.reading import read
from crawler.verdict import Reading

_PAGE = """<html lang="fr"><head><title>Tombouctou : le marché rouvre - Le Relais</title>
<meta property="og:type" content="article"></head><body><nav><a href="/">Accueil</a></nav><article>
<h1>Tombouctou : le marché rouvre</h1><p>Par Awa Traoré, le 3 mars 2026</p>
<p>Le grand marché de Tombouctou, au nord du Mali, a rouvert lundi après l’attaque qui avait tué trois gardes.
L’armée patrouille encore, et des hommes armés ont été vus jeudi sur la route de Goundam, selon des habitants.</p>
<p>« Nous attendions ce jour depuis longtemps », dit une marchande, qui a perdu son étal dans l’incendie.</p>
<p>قال سكان محليون إن الجيش عزز دورياته في المنطقة بعد الهجوم الذي وقع الأسبوع الماضي قرب الحدود مع النيجر.</p>
<p>Soldiers from Niger and Burkina Faso are to join the patrols on the border before the end of the month.</p>
</article><aside><h2>À lire aussi</h2><p>Abonnez-vous à notre lettre.</p></aside></body></html>"""


def first_reading() -> Reading:
    """Of a page of our own that asks for as many tables as fit on one."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    record = Record(
        type="response",
        url="http://relais.example/2026/03/marche/",
        date=datetime(2026, 3, 4, tzinfo=UTC),
        id=None,
        fields=(),
        block=head + _PAGE.encode(),
    )
    return read(record, None)


READ = first_reading()
