"""The Data Integrity cryptosuite eddsa-jcs-2022: an Ed25519 proof over the canonical JSON (RFC 8785) of a document."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from courses.certificates.badges.encoding import from_multibase, multibase

SUITE = "eddsa-jcs-2022"
SIGNATURE_BYTES = 64
Document = dict[str, Any]


class BadProof(ValueError):
    """The proof does not hold; the message says why."""


def sign(document: Document, key: Ed25519PrivateKey, method: str, created: datetime) -> Document:
    """Return `document` with a proof. `method` is the address of the public key; the same input gives the same proof."""
    options = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    return {**document, "proof": {**options, "proofValue": multibase(key.sign(_digest(document, options)))}}


def check(document: Document, keys: Mapping[str, Ed25519PublicKey]) -> str:
    """Check the proof of a document; return the address of the key that made it.

    `keys` are the trusted keys by address. Raises BadProof.
    """
    proof = _usable(document)
    method = proof.get("verificationMethod")
    key = keys.get(str(method))
    if key is None:
        raise BadProof(f"it is signed by {method!r}, which is not among the trusted keys")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in options and options["@context"] != unsecured.get("@context"):
        raise BadProof("the @context of the proof is not that of the credential")
    try:
        signature = from_multibase(str(proof.get("proofValue", "")))
        key.verify(signature, _digest(unsecured, options))
    except (InvalidSignature, ValueError, rfc8785.CanonicalizationError) as error:
        raise BadProof("the signature does not fit the content: something was changed after signing") from error
    return str(method)


def moment(at: datetime) -> str:
    """Write a moment as XML Schema does, in whole seconds of UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def proof_of(document: Document) -> Document | None:
    """Return the one proof of a document, which may stand alone or in a list; None when there is none, or several."""
    found = document.get("proof")
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    return found if isinstance(found, dict) else None


def _usable(document: Document) -> Document:
    proof = proof_of(document)
    if proof is None:
        raise BadProof("it carries no proof (or several)")
    expected = {"type": "DataIntegrityProof", "cryptosuite": SUITE, "proofPurpose": "assertionMethod"}
    for name, value in expected.items():
        if proof.get(name) != value:
            raise BadProof(f"its proof says {name} {proof.get(name)!r} where {value!r} is expected")
    return proof


def _digest(document: Document, options: Document) -> bytes:
    return hashlib.sha256(rfc8785.dumps(options)).digest() + hashlib.sha256(rfc8785.dumps(document)).digest()
