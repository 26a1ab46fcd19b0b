"""Checking a credential offline: what was looked at, and what exactly is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from courses.certificates.badges import proof
from courses.certificates.badges.encoding import bit_at, from_base64url, from_multikey

Keys = dict[str, Ed25519PublicKey]
VC2 = "https://www.w3.org/ns/credentials/v2"
ANY = "*"


@dataclass(frozen=True)
class Step:
    """One thing that was checked: whether it is right (None: not looked at), and a sentence."""

    right: bool | None
    sentence: str


class NotReadable(ValueError):
    """A file is not what it should be; the message says what and where."""


def read_document(content: bytes) -> dict[str, Any]:
    """Read a JSON document. Raises NotReadable, also for a name that comes twice in an object."""
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise NotReadable(f"it is not UTF-8 text (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise NotReadable(f"it is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise NotReadable("it is nested too deeply") from error
    if not isinstance(document, dict):
        raise NotReadable("it is JSON, but not an object")
    return document


def read_keys(content: bytes) -> Keys:
    """Read trusted keys: a DID document, a JWK or set of them, a Multikey, or a public key in PEM.

    Keys without an address of their own are trusted whatever address a credential names. Raises NotReadable.
    """
    text = content.strip()
    try:
        if text.startswith(b"-----BEGIN"):
            key = load_pem_public_key(text)
            if not isinstance(key, Ed25519PublicKey):
                raise NotReadable("the key is not an Ed25519 key")
            return {ANY: key}
        if text.startswith(b"z"):
            return {ANY: from_multikey(text.decode("ascii"))}
        return _keys_of(read_document(content))
    except (KeyError, TypeError, AttributeError, UnsupportedAlgorithm, ValueError) as error:
        raise NotReadable(f"no key can be read from it: {error}") from error


def verify(
    content: bytes, keys: Mapping[str, Ed25519PublicKey], now: datetime, status: bytes | None = None
) -> list[Step]:
    """Check a credential against trusted keys, the time `now`, and a list of revoked ones if there is one."""
    try:
        document = read_document(content)
    except NotReadable as error:
        return [Step(False, f"The file cannot be read: {error}.")]
    steps = [_shape(document), _proof(document, keys), *_dates(document, now)]
    steps.append(_status(document, keys, status))
    return steps


def accepted(steps: list[Step]) -> bool:
    """Return whether nothing was wrong."""
    return all(step.right is not False for step in steps)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotReadable("a name comes twice in one object")
    return found


def _keys_of(document: dict[str, Any]) -> Keys:
    if "verificationMethod" in document:
        methods = document["verificationMethod"]
        return {method["id"]: from_multikey(method["publicKeyMultibase"]) for method in methods}
    jwks = document.get("keys", [document])
    return {
        (f"#{jwk['kid']}" if "kid" in jwk else ANY): Ed25519PublicKey.from_public_bytes(from_base64url(jwk["x"]))
        for jwk in jwks
    }


def _shape(document: dict[str, Any]) -> Step:
    context = document.get("@context")
    if not isinstance(context, list) or context[:1] != [VC2]:
        return Step(False, f"The @context does not begin with {VC2}.")
    types = document.get("type")
    if not isinstance(types, list) or not {"VerifiableCredential", "OpenBadgeCredential"} <= {
        str(one) for one in types
    }:
        return Step(False, "It is not an OpenBadgeCredential.")
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("achievement"), dict):
        return Step(False, "It names no achievement (credentialSubject.achievement).")
    return Step(True, "It is an Open Badges 3.0 credential.")


def _proof(document: dict[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> Step:
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    found = proof.proof_of(document)
    method = str(found.get("verificationMethod", "")) if found else ""
    if method and method.split("#")[0] != name:
        return Step(False, f"The issuer is {name!r}, but the proof names a key of {method.split('#')[0]!r}.")
    trusted = dict(keys)
    for pattern in (ANY, f"#{method.partition('#')[2]}"):
        if method and pattern in keys:
            trusted.setdefault(method, keys[pattern])
    try:
        return Step(True, f"The signature is right; it was made with {proof.check(document, trusted)}.")
    except (proof.BadProof, rfc8785.CanonicalizationError) as error:
        return Step(False, f"The proof fails: {error}.")


def _dates(document: dict[str, Any], now: datetime) -> list[Step]:
    steps = []
    for name, late in (("validFrom", False), ("validUntil", True)):
        if name not in document:
            if not late:
                steps.append(Step(False, "It does not say from when it is valid (validFrom)."))
            continue
        try:
            at = datetime.fromisoformat(str(document[name]))
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        except ValueError:
            steps.append(Step(False, f"{name} is {document[name]!r}, which is no time."))
            continue
        wrong = at < now if late else at > now
        words = ("It expired on" if wrong else "It is valid until") if late else "It is valid from"
        steps.append(
            Step(not wrong, f"{words} {at:%Y-%m-%d}{', which has not come yet' if wrong and not late else ''}.")
        )
    return steps


def _status(document: dict[str, Any], keys: Mapping[str, Ed25519PublicKey], content: bytes | None) -> Step:
    entry = document.get("credentialStatus")
    if not isinstance(entry, dict):
        return Step(None, "It names no list of revoked credentials.")
    if content is None:
        return Step(None, f"Not checked whether it was revoked; the list is at {entry.get('statusListCredential')}.")
    try:
        listed = read_document(content)
        if listed.get("id") != entry.get("statusListCredential"):
            return Step(False, f"The list given is {listed.get('id')!r}, not the one that the credential names.")
        step = _proof(listed, keys)
        if not step.right:
            return Step(False, f"The list of revoked credentials: {step.sentence}")
        revoked = bit_at(str(listed["credentialSubject"]["encodedList"]), int(str(entry.get("statusListIndex"))))
    except (ValueError, KeyError, TypeError) as error:
        return Step(False, f"The list of revoked credentials cannot be read: {error}.")
    return Step(False, "It has been revoked.") if revoked else Step(True, "It is not among the revoked ones.")
