"""Signatures of WACZ packages (https://specs.webrecorder.net/wacz-auth/0.1.0/).

We sign anonymously: a key pair of one's own, whose public half goes into the package.  The curve of a new
key is P-384 and the signature is r and s one after the other, because replayweb.page takes no others.
"""

from __future__ import annotations

import base64
import binascii
import os
import ssl
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from archive.errors import ArchiveError
from archive.finding import Finding, fault, note

_ANONYMOUS = {"hash", "created", "software", "version", "signature", "publicKey"}
_BY_DOMAIN = (_ANONYMOUS - {"publicKey"}) | {
    "domain",
    "domainCert",
    "timeSignature",
    "timestampCert",
    "crossSignedCert",
}
_VERSION = "0.1.0"  # of the signature's format


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key in a PEM file; where there is no file, a new key is made and kept in it, for its owner only."""
    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        return _new_key(path)
    except OSError as e:
        raise ArchiveError(f"cannot read {path}: {e.strerror}") from e
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as e:
        raise ArchiveError(f"{path}: no unencrypted private key in PEM") from e
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size in (256, 384):
        return key
    raise ArchiveError(f"{path}: the key is not of the curve P-256 or P-384")


def _new_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:  # noqa: PTH123 - it is a descriptor, for the sake of its mode
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as e:
        raise ArchiveError(f"cannot write {path}: {e.strerror}") from e
    return key


def signed_data(
    key: ec.EllipticCurvePrivateKey, digest: str, created: str, software: str
) -> dict[str, str]:
    """What a package says of its signature over the digest of its ``datapackage.json``."""
    scheme = ec.ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(digest.encode(), scheme))
    width = (key.key_size + 7) // 8
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "hash": digest,
        "created": created,
        "software": software,
        "version": _VERSION,
        "signature": base64.b64encode(r.to_bytes(width) + s.to_bytes(width)).decode(),
        "publicKey": base64.b64encode(public).decode(),
    }


def check_signature(signed: object, digest: str, created: object) -> Iterator[Finding]:
    """Whether it is a signature over that digest; ``created`` is what the signed package says."""
    if not isinstance(signed, dict) or not all(isinstance(v, str) for v in signed.values()):
        yield fault("signature", "signedData is no signature")
        return
    unknown = signed.keys() - (_ANONYMOUS if "publicKey" in signed else _BY_DOMAIN)
    if unknown:
        yield fault("signature", f"signedData with {sorted(unknown)}, which the standard has not")
    if signed.get("hash") != digest:
        yield fault("signature", "what is signed is another datapackage.json")
    if signed.get("created") != created:
        yield fault("signature", "signed at another time than the package was created")
    try:
        yield from _check(signed)
    except (ValueError, KeyError) as e:  # of base64, PEM and DER alike
        yield fault("signature", f"signedData that cannot be read: {type(e).__name__} {e}")
    except InvalidSignature:
        yield fault("signature", "the signature was not made with that key over that digest")


def _check(signed: Mapping[str, str]) -> Iterator[Finding]:
    signature = _bytes(signed["signature"])
    if "publicKey" in signed:
        key = load_der_public_key(_bytes(signed["publicKey"]))
        yield note(f"signed, with the key {signed['publicKey']}")
    else:
        key = x509.load_pem_x509_certificates(signed["domainCert"].encode())[0].public_key()
        yield from _check_domain(signed)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        yield fault("signature", "the key is not one of ECDSA")
        return
    key.verify(_as_der(signature, key.key_size), signed["hash"].encode(), ec.ECDSA(SHA256()))


def _check_domain(signed: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the certificate was the domain's and to be trusted when the package was created."""
    leaf, *others = x509.load_pem_x509_certificates(signed["domainCert"].encode())
    roots = _trusted_roots()
    if not roots:
        yield note("no trusted authorities on this machine to trace a signature to")
        return
    moment = datetime.fromisoformat(signed["created"])
    policy = PolicyBuilder().store(Store(roots)).time(moment)
    try:
        policy.build_server_verifier(x509.DNSName(signed["domain"])).verify(leaf, others)
    except VerificationError as e:
        yield fault(
            "signature", f"the certificate for {signed['domain']} is not to be trusted: {e}"
        )
    stamp = _bytes(signed["timeSignature"])
    if sha256(signed["signature"].encode()).digest() not in stamp:
        yield fault("signature", "the time stamp is of another signature")
    yield note(f"signed for {signed['domain']}; who stamped the time is not checked")


def _trusted_roots() -> list[x509.Certificate]:
    """The certificate authorities that this machine trusts."""
    file = ssl.get_default_verify_paths().cafile
    if file is None:
        return []
    with warnings.catch_warnings():  # some roots have serial numbers that are no longer allowed
        warnings.simplefilter("ignore")
        return x509.load_pem_x509_certificates(Path(file).read_bytes())


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as e:
        raise ValueError(f"no base64: {text[:40]!r}") from e
    if base64.b64encode(data).decode() != text:  # bits that say nothing must be zero
        raise ValueError(f"no base64: {text[-8:]!r}")
    return data


def _as_der(signature: bytes, bits: int) -> bytes:
    """ECDSA signatures come as r and s one after the other, or in DER already."""
    width = (bits + 7) // 8
    if len(signature) != 2 * width:
        return signature
    return encode_dss_signature(
        int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
    )
