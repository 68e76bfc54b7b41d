"""Any wrong byte in a WACZ is found, and whatever does not fit where all digests do."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from madewarc import (
    members,
    page,
    valid,
)
from packages import contents, export, faults, fill

from archive.datapackage import sha256
from archive.wacz import verify_wacz


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small signed package."""
    data_dir = fill(tmp_path / "data", made=members(valid()))
    export(data_dir, tmp_path / "made.wacz", tmp_path / "key.pem")
    return tmp_path / "made.wacz"


def test_every_flipped_bit_is_found(made: Path, tmp_path: Path) -> None:
    """Each byte with a bit of it flipped, the ZIP's own headers not left out."""
    chance, whole = random.Random(3), made.read_bytes()
    flipped = tmp_path / "flipped.wacz"
    missed = []
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << chance.randrange(8)
        flipped.write_bytes(changed)
        if next(verify_wacz(flipped), None) is None:
            missed.append(position)
    assert missed == []
    assert len(whole) > 3000


Change = Callable[[dict[str, bytes]], None]


def repacked(path: Path, change: Change) -> Path:
    """The package with its files changed, and digests made anew as a forger would."""
    files = contents(path)
    change(files)
    manifest = json.loads(files["datapackage.json"])
    for entry in manifest["resources"]:
        if entry["path"] in files:
            content = files[entry["path"]]
            entry["hash"], entry["bytes"] = sha256(content), len(content)
    files["datapackage.json"] = json.dumps(manifest).encode()
    digest = {"path": "datapackage.json", "hash": sha256(files["datapackage.json"])}
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    return packed(path.with_name("changed.wacz"), files)


def packed(path: Path, files: dict[str, bytes]) -> Path:
    """A package of these files, by another's hand."""
    with zipfile.ZipFile(path, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def lines_changed(change: Callable[[list[str]], None]) -> Change:
    """Another index; its ``.idx`` fits."""

    def apply(files: dict[str, bytes]) -> None:
        lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
        change(lines)
        block = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        place = json.dumps({"offset": 0, "length": len(block), "digest": sha256(block)})
        files["indexes/index.cdx.gz"] = block
        files["indexes/index.idx"] = f"{lines[0].partition('{')[0]}{place}\n".encode()

    return apply


def field_changed(name: str, value: str) -> Change:
    """Another value in the first line of the index."""

    def change(lines: list[str]) -> None:
        key, stamp, block = lines[0].split(" ", 2)
        lines[0] = f"{key} {stamp} {json.dumps({**json.loads(block), name: value})}"
        lines.sort()

    return lines_changed(change)


def archive_changed(change: Callable[[bytes], bytes]) -> Change:
    """Other bytes in the WARC file."""

    def apply(files: dict[str, bytes]) -> None:
        files["archive/made.warc.gz"] = change(files["archive/made.warc.gz"])

    return apply


def rekeyed(lines: list[str]) -> None:
    lines[0] = lines[0].replace("example,news)", "example,mews)")


def retimed(lines: list[str]) -> None:
    lines[0] = lines[0].replace("20260314092653", "20260314092652", 1)


def without(name: str) -> Change:
    """A file that is gone."""
    return lambda files: files.__delitem__(name)


def with_file(name: str, content: bytes) -> Change:
    """A file more, or other content."""
    return lambda files: files.__setitem__(name, content)


REHEADED = valid()[1].header(WARC_Payload_Digest="sha1:" + "A" * 32).member()

DEFECTS: dict[str, tuple[Change, str]] = {
    "index not sorted": (lines_changed(list.reverse), "not in its order"),
    "a line twice": (lines_changed(lambda lines: lines.insert(0, lines[0])), "there twice"),
    "a line missing": (lines_changed(lambda lines: lines.pop()), "has no line"),
    "a line that is none": (lines_changed(lambda lines: lines.append("~ x")), "no CDXJ"),
    "a dangling offset": (field_changed("offset", "7"), "no record is where"),
    "another record's offset": (field_changed("offset", "0"), "another record"),
    "a wrong length": (field_changed("length", "7"), "says a length of 7"),
    "a wrong file": (field_changed("filename", "other.warc.gz"), "no record is where"),
    "a wrong URL": (field_changed("url", "http://news.example/x"), "the line says"),
    "a wrong digest": (field_changed("digest", "sha1:" + "A" * 32), "payload digest"),
    "a wrong record digest": (field_changed("recordDigest", "sha256:00"), "the digest of its line"),
    "a wrong status": (field_changed("status", "404"), "says status 404"),
    "a wrong type": (field_changed("mime", "image/png"), "says mime image/png"),
    "a wrong key": (lines_changed(rekeyed), "under the key"),
    "a wrong time": (lines_changed(retimed), "the line says"),
    "an idx that leads nowhere": (
        with_file("indexes/index.idx", b'a 20260314092653 {"offset": 9, "length": 9}\n'),
        "the .idx does not",
    ),
    "an idx without lines": (with_file("indexes/index.idx", b""), "the .idx does not lead"),
    "an index that is no gzip": (with_file("indexes/index.cdx.gz", b"com"), "inflate"),
    "no index": (without("indexes/index.cdx.gz"), "listed and missing"),
    "no archive": (without("archive/made.warc.gz"), "no WARC file"),
    "no pages": (without("pages/pages.jsonl"), "no page list"),
    "no manifest": (lambda files: None, "datapackage.json is missing"),
    "a file that is not listed": (with_file("extra.txt", b"x"), "not listed"),
    "a page without its time": (
        with_file("pages/pages.jsonl", b'{"format": "json-pages-1.0"}\n{"url": "http://a/"}\n'),
        "line 2 is no page",
    ),
    "a page that is no JSON": (with_file("pages/pages.jsonl", b"{"), "line 1 is no page"),
    "a record cut short": (archive_changed(lambda warc: warc[:-9]), "ends inside"),
    "a record whose header was changed": (
        archive_changed(lambda warc: warc.replace(page().member(), REHEADED)),
        "payload",
    ),
    "a WARC file that is none": (archive_changed(lambda warc: b"PNG"), "not a WARC"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_even_where_all_digests_fit(made: Path, defect: str) -> None:
    change, words = DEFECTS[defect]
    changed = repacked(made, change)
    if defect == "no manifest":
        files = contents(made)
        del files["datapackage.json"]
        changed = packed(changed, files)
    found = [str(fault) for fault in faults(changed)]
    assert any(words in fault for fault in found), found


def test_a_package_of_another_hand_is_sound(made: Path) -> None:
    """The forger's way of packing alone is no fault but where the package says that Djeli packed it."""

    def change(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["datapackage.json"])
        files["datapackage.json"] = json.dumps({**manifest, "software": "other"}).encode()

    assert faults(repacked(made, change)) == []
    assert {fault.check for fault in faults(repacked(made, lambda files: None))} == {"zip"}


SIGNATURES = {
    "another hash": ({"hash": "sha256:" + "0" * 64}, "another datapackage.json"),
    "another time": ({"created": "2026-01-01T00:00:00Z"}, "another time"),
    "another signature": ({"signature": base64.b64encode(bytes(96)).decode()}, "not made with"),
    "no base64": ({"signature": "?"}, "base64"),
    "no key": ({"publicKey": "AAAA"}, "cannot be read"),
    "a field more": ({"note": "x"}, "which the standard has not"),
}


@pytest.mark.parametrize("wrong", SIGNATURES)
def test_a_wrong_signature_is_found(made: Path, wrong: str) -> None:
    changes, words = SIGNATURES[wrong]
    files = contents(made)
    digest = json.loads(files["datapackage-digest.json"])
    digest["signedData"] |= changes
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    found = [str(fault) for fault in faults(packed(made, files)) if fault.check == "signature"]
    assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: b"x" + whole,
        lambda whole: whole + b"x",
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: b"PK\x05\x06" + bytes(18),
    ],
)
def test_bytes_too_many_or_too_few_are_found(made: Path, change: Callable[[bytes], bytes]) -> None:
    made.write_bytes(change(made.read_bytes()))
    assert faults(made)
