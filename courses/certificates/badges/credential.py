"""What is signed: the credential of a certificate, the list of revoked ones, the college's profile and its keys."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import rfc8785
from flask import current_app
from sqlalchemy import func, select

from academy.db import db
from academy.web.filters import zone
from courses.certificates.badges.encoding import multikey, packed_bits
from courses.certificates.badges.keys import KeyStore, PublicKey
from courses.certificates.badges.proof import Document, moment, sign
from courses.certificates.models import Certificate
from courses.certificates.services.address import did_of, public_url, site_address
from courses.certificates.services.issuing import issuer

VC2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
LIST_LENGTH = 131_072
TYPES = {"course": "Course", "class": "CertificateOfCompletion", "annual": "Certificate"}


def key_store() -> KeyStore:
    """Return the keys of this instance."""
    return KeyStore(current_app.config["SETTINGS"].instance)


def method_of(key: PublicKey, address: str) -> str:
    """Return the address of a public key."""
    return f"{did_of(address)}#{key.name}"


def status_url(number: int, address: str) -> str:
    """Return where the list of revoked certificates with this number is published."""
    return f"{address}/.well-known/certificate-status/{number}.json"


def profile(address: str) -> Document:
    """Return who issues: an Open Badges profile."""
    college = issuer()
    return {
        "id": did_of(address),
        "type": ["Profile"],
        "name": college["college"],
        "url": address,
        "description": college["college_en"],
    }


def credential(certificate: Certificate, address: str = "") -> bytes:
    """Return the signed OpenBadgeCredential of a certificate as canonical JSON: not a byte of it can change unnoticed."""
    address = certificate.printed["address"] or address or site_address()
    key = key_store().signing_key()
    document = unsigned(certificate, address)
    signed_at = max(certificate.created_at, key.public.created)
    signed = sign(document, key.private, method_of(key.public, address), signed_at)
    return rfc8785.dumps({**signed, "proof": [signed["proof"]]})  # a list: the schema of Open Badges asks for one


def unsigned(certificate: Certificate, address: str) -> Document:
    """Return the credential without its proof."""
    url = public_url(certificate.code, address)
    document: Document = {
        "@context": [VC2, OB3],
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.title,
        "issuer": {**profile(address), "name": certificate.printed["college"]},
        "validFrom": _start_of(certificate.issued_on),
        "awardedDate": _start_of(certificate.issued_on),
        "credentialSubject": _subject(certificate, address),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{status_url(certificate.id // LIST_LENGTH, address)}#{certificate.id % LIST_LENGTH}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(certificate.id % LIST_LENGTH),
            "statusListCredential": status_url(certificate.id // LIST_LENGTH, address),
        },
    }
    if certificate.expires_on:
        document["validUntil"] = _start_of(certificate.expires_on + timedelta(days=1))
    return document


def status_list(number: int, address: str) -> bytes:
    """Return the signed list of revoked certificates: one bit for each, compressed."""
    first = number * LIST_LENGTH
    here = (Certificate.id >= first, Certificate.id < first + LIST_LENGTH, Certificate.revoked_at.is_not(None))
    revoked = list(db.session.execute(select(Certificate.id, Certificate.revoked_at).where(*here)))
    key = key_store().signing_key()
    changed = max([key.public.created, *(at for _id, at in revoked if at)])
    url = status_url(number, address)
    document: Document = {
        "@context": [VC2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(address),
        "validFrom": moment(changed),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": packed_bits([row - first for row, _at in revoked], LIST_LENGTH),
        },
    }
    return rfc8785.dumps(sign(document, key.private, method_of(key.public, address), changed))


def last_list() -> int:
    """Return the number of the last list of revoked certificates."""
    return (db.session.scalar(select(func.max(Certificate.id))) or 0) // LIST_LENGTH


def did_document(address: str) -> Document:
    """Return the DID document: all keys of the college, old ones too. The first key is made if there is none."""
    did = did_of(address)
    key_store().signing_key()
    methods = [
        {
            "id": method_of(key, address),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey(key.key),
        }
        for key in key_store().public_keys()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _subject(certificate: Certificate, address: str) -> dict[str, Any]:
    printed = certificate.printed
    hours = certificate.hours_hundredths / 100
    narrative = "".join(words for _kind, words in printed["body"])
    achievement: Document = {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{address}#{certificate.source_key}')}",
        "type": ["Achievement"],
        "achievementType": TYPES[certificate.kind],
        "name": certificate.subject,
        "description": f"{certificate.title}：{certificate.subject}",
        "criteria": {"narrative": narrative.strip()},
        "humanCode": certificate.number,
    }
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityHash": certificate.recipient,
                "identityType": "name",
                "hashed": False,
            }
        ],
        "achievement": achievement,
    }
    if certificate.hours_hundredths:
        achievement["creditsAvailable"] = hours
        subject["creditsEarned"] = hours
    return subject


def _start_of(day: Any) -> str:
    return moment(datetime.combine(day, time(), zone()).astimezone(UTC))
