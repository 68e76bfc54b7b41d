"""What addresses of pictures tell: furniture, and one picture in several sizes."""

from __future__ import annotations

import pytest

from crawler import renditions

FURNITURE = [
    ("https://stats.example/piwik.php?idsite=1", True),
    ("https://sahel.example/p.php?idsite=8", True),
    ("https://sahel.example/img/preview-twitter.png", True),
    ("https://sahel.example/img/og_image.png", True),
    ("https://sahel.example/img/sahel-demain-1200.png", True),
    ("https://sahel.example/icons/phone.png", True),
    ("https://sahel.example/wp-content/themes/journal/top.png", True),
    ("https://sahel.example/img/share-icon.png", True),
    ("https://sahel.example/img/banner-300x250.gif", True),
    ("https://sahel.example/img/site_logo_white.png", True),
    ("https://sahel.example/media/protesters-hold-a-banner-in-niamey.jpg", False),
    ("https://sahel.example/media/ship-loading-at-the-port-of-pemba.jpg", False),
    ("https://sahel.example/media/portrait-goita.jpg", False),
    ("https://sahel.example/media/author-goita.jpg", True),
    ("https://sahel.example/media/catalogo-das-obras.jpg", False),
    ("https://sahel.example/media/shareholders-meeting.jpg", False),
    ("https://sahel.example/styles/twitter_card/public/convoi.png", False),
]


@pytest.mark.parametrize(("url", "expected"), FURNITURE)
def test_furniture(url: str, expected: bool) -> None:
    assert renditions.is_furniture(url, ["saheldemain"]) is expected


SAME = [
    ("https://a.example/u/2024/convoi-a-tessit-1024x683.jpg", "https://a.example/u/2024/convoi-a-tessit-scaled.jpg"),
    ("https://a.example/i/242244962/242244962_1714738228_v16_9_1600.jpeg", "https://a.example/i/242244962/242244962_1714738228_v4_3_800.jpeg"),
    ("https://i0.wp.com/a.example/u/convoi-a-tessit.jpg?fit=850%2C491", "https://a.example/u/convoi-a-tessit.jpg"),
    ("https://a.example/_processed_/8/csm_convoi_a_tessit_22ea6ae019.jpg", "https://a.example/user/convoi_a_tessit.jpg"),
    ("https://a.example/_next/image?url=%2Fm%2Fconvoi-a-tessit.jpg&w=640", "https://a.example/m/convoi-a-tessit.jpg"),
    ("https://a.example/img/w=875,q=90/image.jpg", "https://a.example/img/w=1280,q=90/image.jpg"),
]  # fmt: skip
SAME += [
    ("https://lh3.a.example/hwjrfw1hPrVNOAk6=s1000", "https://lh3.a.example/hwjrfw1hPrVNOAk6"),
    (
        "https://a.example/hug/convoi_100910236_h.webp",
        "https://a.example/lrg/convoi_100910236_l.webp",
    ),
]
OTHER = [
    ("https://a.example/2024/IMG_6454.jpg", "https://a.example/2024/IMG_6455.jpg"),
    ("https://a.example/x/image.jpg", "https://a.example/y/image.jpg"),
    ("https://a.example/picture.php?id=33", "https://a.example/picture.php?id=34"),
    ("https://a.example/_next/image?url=%2Fm%2F1.jpg&w=640", "https://a.example/_next/image?url=%2Fm%2F2.jpg&w=640"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_picture_in_two_sizes(one: str, other: str) -> None:
    assert renditions.key(one) == renditions.key(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_pictures(one: str, other: str) -> None:
    assert renditions.key(one) != renditions.key(other)
