"""A WACZ that we export holds what was asked for, and other tools take it."""

from __future__ import annotations

import base64
import gzip
import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key
from madewarc import (
    AGAIN,
    ASKED,
    CHUNKED,
    PAGE,
    WARCINFO,
    asked,
    chunked,
    info,
    members,
    page,
    valid,
)
from outside import judge
from packages import DATE, LATER, contents, export, faults, fill, record_ids

from archive.datapackage import sha256
from archive.wacz import verify_wacz
from tests.conftest import Crawled, Djeli


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small signed package."""
    data_dir = fill(tmp_path / "data", made=members(valid()))
    export(data_dir, tmp_path / "made.wacz", tmp_path / "key.pem")
    return tmp_path / "made.wacz"


def test_a_package_holds_the_archive_its_index_and_its_pages(made: Path) -> None:
    files = contents(made)
    assert files["archive/made.warc.gz"] == members(valid())
    header, story = map(json.loads, files["pages/pages.jsonl"].splitlines())
    assert header["format"] == "json-pages-1.0"
    assert (story["url"], story["ts"]) == ("http://news.example/bamako", DATE)
    assert story["title"].startswith("Une patrouille")
    assert story["text"].startswith("Premier alinéa.")
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 3
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        offset, length = int(fields["offset"]), int(fields["length"])
        member = files[f"archive/{fields['filename']}"][offset : offset + length]
        assert sha256(member) == fields["recordDigest"]
        assert gzip.decompress(member).startswith(b"WARC/1.1")
    package = json.loads(files["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert (package["mainPageUrl"], package["mainPageDate"]) == (story["url"], DATE)
    assert {r["path"] for r in package["resources"]} == {n for n in files if "/" in n}
    with zipfile.ZipFile(made) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_package_is_sound_to_us_and_to_the_judge(made: Path) -> None:
    verification = verify_wacz(made)
    assert list(verification) == []
    assert verification.records == 5
    judged = judge("wacz", "validate", "-f", made)
    assert judged.returncode == 0, judged.stdout


def test_a_crawl_is_exported_whole_and_by_site(
    crawled: Crawled, djeli: Djeli, tmp_path: Path
) -> None:
    whole, part = tmp_path / "whole.wacz", tmp_path / "part.wacz"
    assert djeli("export", "--wacz", whole, "--data-dir", crawled.data_dir).returncode == 0
    outlet = crawled.server.outlets[0].id
    ran = djeli("export", "--wacz", part, "--site", outlet, "--data-dir", crawled.data_dir)
    assert ran.returncode == 0, ran.stderr
    lists = [path.read_text() for path in crawled.data_dir.glob("articles/*.jsonl")]
    stories = [json.loads(line) for text in lists for line in text.splitlines()]
    for path, expected in (
        (whole, {a["id"] for a in stories}),
        (part, {a["id"] for a in stories if a["site"] == outlet}),
    ):
        assert faults(path) == []
        pages = contents(path)["pages/pages.jsonl"].splitlines()[1:]
        assert {json.loads(line)["id"] for line in pages} == expected != set()
        assert judge("wacz", "validate", "-f", path).returncode == 0
    assert part.stat().st_size < whole.stat().st_size / 2


def test_chosen_articles_bring_what_their_pages_show(
    crawled: Crawled, djeli: Djeli, tmp_path: Path
) -> None:
    found = djeli("search", "convoi", "--json", "--data-dir", crawled.data_dir)
    wanted = [json.loads(line) for line in found.stdout.splitlines()]
    out = tmp_path / "part.wacz"
    ran = djeli("export", "--wacz", out, "--words", "convoi", "--data-dir", crawled.data_dir)
    assert ran.returncode == 0, ran.stderr
    assert faults(out) == []
    files = contents(out)
    pages = [json.loads(line) for line in files["pages/pages.jsonl"].splitlines()[1:]]
    assert {page["id"] for page in pages} >= {a["id"] for a in wanted} != set()
    assert len(pages) < 3 * len(wanted)
    index = gzip.decompress(files["indexes/index.cdx.gz"]).decode()
    urls = {json.loads(line.split(" ", 2)[2])["url"] for line in index.splitlines()}
    assert urls >= {image["url"] for article in wanted for image in article["images"]}
    none = djeli("export", "--wacz", out, "--words", "xyzzy", "--data-dir", crawled.data_dir)
    assert (none.returncode, "nothing to export" in none.stderr) == (1, True)


def test_the_same_archive_gives_the_same_package(made: Path, tmp_path: Path) -> None:
    export(tmp_path / "data", tmp_path / "again.wacz", tmp_path / "key.pem")
    first, second = contents(made), contents(tmp_path / "again.wacz")
    assert list(first) == list(second)
    for name in first:
        if "/" in name:
            assert first[name] == second[name]


def moment(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def test_only_what_is_asked_for_goes_in_with_its_requests(tmp_path: Path) -> None:
    late = chunked().header(WARC_Date=LATER)
    data_dir = fill(tmp_path, made=members([info(), page(), asked(), late]))
    out = tmp_path / "out.wacz"
    export(data_dir, out, before=moment(LATER))
    warc = contents(out)["archive/made-selected.warc.gz"]
    assert warc == members([info(), page(), asked()])
    export(data_dir, out, since=moment(LATER))
    files = contents(out)
    assert record_ids(files["archive/made-selected.warc.gz"]) == [WARCINFO, CHUNKED]
    assert len(files["pages/pages.jsonl"].splitlines()) == 1
    export(data_dir, out, wants_url=lambda url: url.endswith("/bamako"), since=moment(DATE))
    assert len(record_ids(contents(out)["archive/made-selected.warc.gz"])) == 4
    assert faults(out) == []


@pytest.mark.parametrize(
    "names",
    [
        {},
        {
            "WARC_Refers_To": None,
            "WARC_Refers_To_Target_URI": "http://news.example/bamako",
            "WARC_Refers_To_Date": DATE,
        },
    ],
)
@pytest.mark.parametrize("first", ["made", "zzz"])
def test_a_revisit_brings_its_original(
    tmp_path: Path, first: str, names: dict[str, str | None]
) -> None:
    revisit = valid()[-1].header(WARC_Date=LATER, WARC_Warcinfo_ID=None, **names)
    other = chunked().header(WARC_Target_URI="http://news.example/other")
    files = {first: members([info(), page(), asked(), other]), "revisits": revisit.member()}
    data_dir = fill(tmp_path, **files)
    out = tmp_path / "out.wacz"
    done = export(data_dir, out, since=moment(LATER))
    packed = contents(out)
    originals = record_ids(packed[f"archive/{first}-selected.warc.gz"])
    assert originals == [WARCINFO, PAGE, ASKED]
    assert record_ids(packed["archive/revisits-selected.warc.gz"]) == [AGAIN]
    assert (done.records, done.captures, done.files) == (4, 2, 2)
    assert faults(out) == []


def test_a_file_that_is_being_written_is_exported_to_its_last_whole_record(tmp_path: Path) -> None:
    data_dir = fill(tmp_path, made=members(valid()))
    path = data_dir / "warc" / "made.warc.gz"
    path.write_bytes(members(valid()) + page().member()[:100])
    path.rename(f"{path}.open")
    export(data_dir, tmp_path / "out.wacz")
    assert contents(tmp_path / "out.wacz")["archive/made.warc.gz"] == members(valid())
    assert faults(tmp_path / "out.wacz") == []


def test_damage_is_told_and_left_out(tmp_path: Path, djeli: Djeli) -> None:
    broken = bytearray(page().member())
    broken[len(broken) // 2] ^= 255
    data_dir = fill(tmp_path, made=info().member() + broken + chunked().member())
    ran = djeli("export", "--wacz", tmp_path / "out.wacz", "--data-dir", data_dir)
    assert ran.returncode == 1
    assert "made.warc.gz: offset" in ran.stderr
    warc = contents(tmp_path / "out.wacz")["archive/made.warc.gz"]
    assert warc == members([info(), chunked()])


def test_the_signature_is_one_that_browsers_can_check(made: Path) -> None:
    """With WebCrypto: P-384, SHA-256, r and s one after the other, the key as SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    files = contents(made)
    signed = json.loads(files["datapackage-digest.json"])["signedData"]
    assert signed["hash"] == sha256(files["datapackage.json"])
    key = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(key, EllipticCurvePublicKey)
    assert key.curve.name == "secp384r1"
    raw = base64.b64decode(signed["signature"])
    r, s = int.from_bytes(raw[:48]), int.from_bytes(raw[48:])
    key.verify(encode_dss_signature(r, s), signed["hash"].encode(), ECDSA(SHA256()))


def test_the_key_is_made_once_and_for_its_owner_only(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    load_pem_private_key(before, None)
    export(tmp_path / "data", tmp_path / "again.wacz", path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--wacz", "out.zip"], 2, ["out.zip", ".wacz"]),
        (["--wacz", "out.wacz", "--since", "lately"], 2, ["--since lately", "2026-03-14"]),
        (["--wacz", "out.wacz", "--until", "2026-03-14T06:00"], 2, ["zone"]),
        (["--wacz", "out.wacz", "--site", "no-such-site"], 2, ["no-such-site"]),
        (["--wacz", "out.wacz", "--since", "2030-01-01"], 1, ["nothing to export"]),
        (["--wacz", "no/folder/out.wacz"], 1, ["no/folder/out.wacz", "No such file"]),
        (["--wacz", "out.wacz", "--sign", "articles/2026-03-14.jsonl"], 1, ["jsonl", "PEM"]),
        (["--wacz", "out.wacz", "--data-dir", "none"], 1, ["no archive in none"]),
    ],
)
def test_wrong_calls_get_one_clear_line(
    tmp_path: Path, djeli: Djeli, arguments: list[str], status: int, words: list[str]
) -> None:
    fill(tmp_path, made=members(valid()))
    root = Path(__file__).resolve().parent.parent
    ran = djeli(
        "export", "--data-dir", ".", *arguments, cwd=tmp_path, env={"PYTHONPATH": str(root)}
    )
    assert ran.returncode == status, ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert all(word in ran.stderr for word in words), ran.stderr
    assert not list(tmp_path.glob("*.wacz*"))


def test_days_are_whole(tmp_path: Path, djeli: Djeli) -> None:
    data_dir = fill(tmp_path, made=members([info(), page(), chunked().header(WARC_Date=LATER)]))
    out = tmp_path / "out.wacz"
    day = ["--since", "2026-03-14", "--until", "2026-03-14"]
    assert djeli("export", "--wacz", out, "--data-dir", data_dir, *day).returncode == 0
    assert record_ids(contents(out)["archive/made-selected.warc.gz"]) == [WARCINFO, PAGE]
