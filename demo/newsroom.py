"""The demo newsroom: five invented outlets, with what their servers answer and what their articles say."""

from demo.canal_do_norte import canal_do_norte
from demo.lake_chad_monitor import lake_chad_monitor
from demo.nile_dispatch import nile_dispatch
from demo.outlet import Masthead, Outlet
from demo.pembe_news import pembe_news
from demo.sahel_demain import sahel_demain

DEFAULT_PORT = 8011
ADDRESSES = ("127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14", "127.0.0.15")


def newsroom(port: int = DEFAULT_PORT) -> tuple[Outlet, ...]:
    """All outlets, as they are when they listen on a port; the same port gives the same bytes."""
    mastheads = _mastheads(port)
    makers = (sahel_demain, lake_chad_monitor, nile_dispatch, canal_do_norte, pembe_news)
    return tuple(make(masthead) for make, masthead in zip(makers, mastheads, strict=True))


def _mastheads(port: int) -> tuple[Masthead, ...]:
    return (
        Masthead(
            id="sahel-demain",
            name="Sahel Demain (fiction)",
            motto="L’actualité imaginaire du Sahel",
            colour="#8a1c1c",
            languages=("fr",),
            country="ML",
            address=ADDRESSES[0],
            port=port,
            zone="Africa/Bamako",
            utc_offset=0,
        ),
        Masthead(
            id="lake-chad-monitor",
            name="Lake Chad Monitor (fiction)",
            motto="Imaginary reporting from the basin",
            colour="#1d5f8a",
            languages=("en", "ha"),
            country="NG",
            address=ADDRESSES[1],
            port=port,
            zone="Africa/Lagos",
            utc_offset=1,
        ),
        Masthead(
            id="nile-dispatch-ar",
            name="بريد النيل (fiction)",
            motto="أخبار متخيلة من وادي النيل والصحراء",
            colour="#0b6b4f",
            languages=("ar",),
            country="SD",
            address=ADDRESSES[2],
            port=port,
            zone="Africa/Khartoum",
            utc_offset=2,
            feeds=("/rss.php",),
        ),
        Masthead(
            id="canal-do-norte",
            name="Canal do Norte (fiction)",
            motto="Notícias imaginárias de Cabo Delgado e do canal",
            colour="#b8860b",
            languages=("pt",),
            country="MZ",
            address=ADDRESSES[3],
            port=port,
            zone="Africa/Maputo",
            utc_offset=2,
            sitemaps=("/sitemap_news.xml",),
        ),
        Masthead(
            id="pembe-news",
            name="Pembe News (fiction)",
            motto="Habari za kubuni za Pembe ya Afrika",
            colour="#4b3f8f",
            languages=("sw", "so", "am"),
            country="KE",
            address=ADDRESSES[4],
            port=port,
            zone="Africa/Nairobi",
            utc_offset=3,
        ),
    )
