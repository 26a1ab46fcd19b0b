"""Encodings and proofs of credentials, against known answers and against every change of a byte."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.certificates.badges import proof
from courses.certificates.badges.checking import NotReadable, accepted, read_keys, verify
from courses.certificates.badges.encoding import (
    base58,
    base64url,
    bit_at,
    from_base58,
    from_multikey,
    multikey,
    packed_bits,
)
from courses.certificates.badges.keys import KeyStore

DAY = datetime(2026, 7, 9, tzinfo=UTC)
METHOD = "did:web:study.example.org#key-1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {METHOD: KEY.public_key()}
DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://study.example.org/c/0000000000",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:study.example.org", "type": ["Profile"], "name": "社区干部学院"},
    "validFrom": "2026-07-08T16:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "creditsEarned": 1.5,
        "achievement": {
            "id": "urn:uuid:1",
            "type": ["Achievement"],
            "name": "议事协商",
            "criteria": {"narrative": "x"},
        },
    },
}
SIGNED = rfc8785.dumps(proof.sign(DOCUMENT, KEY, METHOD, DAY))


def check(content: bytes, **keys) -> bool:
    return accepted(verify(content, keys or KEYS, DAY))


def test_base58_gives_the_known_answers():
    for content, text in (
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
    ):
        assert base58(content) == text
        assert from_base58(text) == content


@given(st.binary(max_size=80))
def test_base58_goes_there_and_back(content):
    assert from_base58(base58(content)) == content


def test_a_multikey_is_written_as_the_specification_does():
    """The key of the example that the did:key specification gives."""
    text = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    key = from_multikey(text)
    assert multikey(key) == text
    for wrong in ("", "z", "u6Mk", text[:-3], "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"):
        with pytest.raises(ValueError, match=r"."):
            from_multikey(wrong)


def test_a_signed_document_is_right_and_always_the_same():
    assert check(SIGNED)
    assert rfc8785.dumps(proof.sign(DOCUMENT, KEY, METHOD, DAY)) == SIGNED
    listed = {**json.loads(SIGNED), "proof": [json.loads(SIGNED)["proof"]]}
    assert check(json.dumps(listed).encode())


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, len(SIGNED) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_fails(place, byte):
    changed = SIGNED[:place] + bytes([byte]) + SIGNED[place + 1 :]
    assert check(changed) == (changed == SIGNED)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, len(SIGNED) - 1))
def test_a_lost_byte_fails(place):
    assert not check(SIGNED[:place] + SIGNED[place + 1 :])


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path


@pytest.mark.parametrize("path", list(leaves(json.loads(SIGNED))), ids=lambda path: ".".join(map(str, path)))
def test_a_changed_or_lost_field_fails(path):
    for change in ("changed", "lost"):
        document = json.loads(SIGNED)
        inner = document
        for step in path[:-1]:
            inner = inner[step]
        if change == "changed":
            inner[path[-1]] = "another" if isinstance(inner[path[-1]], str) else 99
        else:
            del inner[path[-1]]
        assert not check(json.dumps(document).encode()), (change, path)


def test_a_name_that_comes_twice_is_refused():
    twice = SIGNED[:-1] + b',"validFrom":"2026-07-08T16:00:00Z"}'
    steps = verify(twice, KEYS, DAY)
    assert "twice" in steps[0].sentence


def test_it_is_said_what_is_wrong():
    def first_wrong(content, keys=KEYS, at=DAY):
        return next(step.sentence for step in verify(content, keys, at) if step.right is False)

    assert "not JSON" in first_wrong(b"{")
    assert "not UTF-8" in first_wrong(b"\xff")
    assert "not an object" in first_wrong(b"[]")
    assert "no proof" in first_wrong(rfc8785.dumps(DOCUMENT))
    assert "changed after signing" in first_wrong(SIGNED.replace("议事协商".encode(), "议事协议".encode()))
    assert "not among the trusted keys" in first_wrong(SIGNED, {})
    assert "not come yet" in first_wrong(SIGNED, at=datetime(2026, 1, 1, tzinfo=UTC))
    foreign = proof.sign({**DOCUMENT, "issuer": "did:web:other.example.org"}, KEY, METHOD, DAY)
    assert "The issuer is" in first_wrong(rfc8785.dumps(foreign))
    ended = proof.sign({**DOCUMENT, "validUntil": "2026-07-09T00:00:00Z"}, KEY, METHOD, DAY)
    assert "expired" in first_wrong(rfc8785.dumps(ended), at=datetime(2026, 8, 1, tzinfo=UTC))
    other = {METHOD: Ed25519PrivateKey.generate().public_key()}
    assert "does not fit" in first_wrong(SIGNED, other)


def test_keys_are_read_in_every_usual_form():
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw), "kid": "key-1"}
    did = {
        "id": METHOD.split("#")[0],
        "verificationMethod": [{"id": METHOD, "publicKeyMultibase": multikey(KEY.public_key())}],
    }
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for content in (
        pem,
        multikey(KEY.public_key()).encode(),
        *(json.dumps(one).encode() for one in (jwk, {"keys": [jwk]}, did)),
    ):
        assert accepted(verify(SIGNED, read_keys(content), DAY)), content
    for content in (b"", b"{}", b"hello", b"z123", b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"):
        with pytest.raises(NotReadable):
            read_keys(content)


@given(st.sets(st.integers(0, 1023), max_size=40), st.integers(0, 1023))
def test_a_list_of_bits_goes_there_and_back(places, place):
    assert bit_at(packed_bits(sorted(places), 1024), place) == (place in places)


def test_a_list_that_is_none_is_refused():
    for text in ("", "x", "uAAAA", packed_bits([], 1024)[1:]):
        with pytest.raises(ValueError, match="list"):
            bit_at(text, 3)
    with pytest.raises(ValueError, match="short"):
        bit_at(packed_bits([], 1024), 1024)


def test_keys_are_made_once_and_kept_to_oneself(tmp_path):
    store = KeyStore(tmp_path)
    assert store.public_keys() == []
    first = store.signing_key()
    assert KeyStore(tmp_path).signing_key().public.key == first.public.key
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()}
    assert modes["certificates-1.pem"] == 0o600
    assert set(modes) == {"certificates-1.pem", "certificates-1.json"}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_new_key_signs_and_the_old_one_still_checks(tmp_path):
    store = KeyStore(tmp_path)
    old = store.signing_key()
    assert store.rotate().name == "key-2"
    assert store.signing_key().public.name == "key-2"
    assert not (store.folder / "certificates-1.pem").exists()
    signed = rfc8785.dumps(proof.sign(DOCUMENT, old.private, METHOD, DAY))
    trusted = {f"did:web:study.example.org#{key.name}": key.key for key in store.public_keys()}
    assert accepted(verify(signed, trusted, DAY))


def test_a_key_half_made_by_a_crash_is_finished(tmp_path):
    store = KeyStore(tmp_path)
    kept = store.signing_key()
    (store.folder / "certificates-1.json").unlink()
    assert KeyStore(tmp_path).signing_key().public.key == kept.public.key
