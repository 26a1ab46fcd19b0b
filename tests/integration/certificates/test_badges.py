"""The signed credential: what an independent verifier says of it, and what our own command does."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from openvc import VerificationPolicy, verify_credential
from openvc.did.did_web import DidWebResolver
from openvc.resolvers import default_status_list_resolver
from openvc.status.status_list import CredentialRevoked

from academy.db import db
from courses.certificates.badges.credential import credential, key_store, last_list, status_list
from courses.certificates.services.revoking import revoke
from tests.factories import make_certificate, make_person, make_template
from tests.support import count_queries

SITE = "https://study.example.org"


@pytest.fixture
def public(app, client):
    """Return a function that fetches what the site publishes, as a stranger on the network would."""

    def fetch(url: str):
        assert url.startswith(SITE)
        answer = client.get(urlsplit(url).path, base_url=SITE)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return json.loads(answer.text)

    return fetch


def accepts(content: bytes, fetch) -> bool:
    """Let a library that knows nothing of ours check the signature, the dates and the list of revoked ones.

    It takes a proof that stands alone, not the list of one proof that Open Badges asks for.
    """
    document = json.loads(content)
    assert len(document["proof"]) == 1
    document["proof"] = document["proof"][0]
    resolver = DidWebResolver(fetch)
    lists = default_status_list_resolver(resolver=resolver, fetch=lambda url: json.dumps(fetch(url)))
    policy = VerificationPolicy(expected_types=["OpenBadgeCredential"])
    return bool(verify_credential(document, resolver=resolver, resolve_status_list=lists, policy=policy).issuer)


def test_an_independent_library_accepts_it(app, public):
    certificate = make_certificate(make_person(name="王芳"))
    db.session.commit()
    content = credential(certificate, SITE)
    assert accepts(content, public)
    changed = content.replace("王芳".encode(), "王方".encode())
    with pytest.raises(Exception, match=r"."):
        accepts(changed, public)


def test_an_independent_library_sees_the_revocation(app, public):
    certificate, other = make_certificate(), make_certificate()
    revoke(certificate, "mistake", "写错", None)
    db.session.commit()
    with pytest.raises(CredentialRevoked):
        accepts(credential(certificate, SITE), public)
    assert accepts(credential(other, SITE), public)


def test_old_keys_still_verify_after_a_new_one(app, public):
    certificate = make_certificate()
    db.session.commit()
    before = credential(certificate, SITE)
    newest = key_store().rotate()
    after = credential(certificate, SITE)
    assert before != after
    assert accepts(before, public)
    assert accepts(after, public)
    names = [key["kid"] for key in public(f"{SITE}/.well-known/jwks.json")["keys"]]
    assert names == [f"key-{number}" for number in range(1, newest.number + 1)]


def test_the_credential_says_what_was_earned(app):
    certificate = make_certificate(make_person(name="王芳"), make_template("class", validity_months=6))
    document = json.loads(credential(certificate, SITE))
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    subject = document["credentialSubject"]
    assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == 24
    assert subject["identifier"][0]["identityHash"] == "王芳"
    assert subject["achievement"]["name"] == "社区书记专题培训班"
    assert document["validUntil"] > document["validFrom"]
    assert document["issuer"]["id"] == "did:web:study.example.org"
    assert credential(certificate, SITE) == credential(certificate, SITE)


def test_the_well_known_addresses_are_public(app, public, client):
    make_certificate()
    did = public(f"{SITE}/.well-known/did.json")
    assert did["id"] == "did:web:study.example.org"
    assert did["assertionMethod"] == [method["id"] for method in did["verificationMethod"]]
    assert public(f"{SITE}/.well-known/openbadges-issuer.json")["name"] == "社区干部学院"
    assert public(f"{SITE}/.well-known/certificate-status/0.json")["type"][1] == "BitstringStatusListCredential"
    assert client.get(f"/.well-known/certificate-status/{last_list() + 1}.json").status_code == 404
    with count_queries() as queries:
        client.get("/.well-known/certificate-status/0.json")
    queries.assert_at_most(3)


def test_the_command_checks_a_file(app, tmp_path):
    certificate, revoked = make_certificate(), make_certificate()
    revoke(revoked, "mistake", "写错", None)
    db.session.commit()
    runner = app.test_cli_runner()
    good, bad, broken = (tmp_path / name for name in ("good.json", "bad.json", "broken.json"))
    good.write_bytes(credential(certificate, SITE))
    bad.write_bytes(credential(revoked, SITE))
    broken.write_bytes(good.read_bytes().replace(b'"creditsEarned":24', b'"creditsEarned":25'))

    answer = runner.invoke(args=["certificates", "verify", str(good)])
    assert (answer.exit_code, "The credential is genuine." in answer.output) == (0, True)
    answer = runner.invoke(args=["certificates", "verify", str(bad)])
    assert (answer.exit_code, "It has been revoked." in answer.output) == (1, True)
    answer = runner.invoke(args=["certificates", "verify", str(broken)])
    assert (answer.exit_code, "changed after signing" in answer.output) == (1, True)


def test_the_command_checks_with_foreign_keys_offline(app, client, tmp_path):
    certificate = make_certificate()
    db.session.commit()
    file, key, listed = (tmp_path / name for name in ("badge.json", "did.json", "list.json"))
    file.write_bytes(credential(certificate, SITE))
    key.write_text(client.get("/.well-known/did.json", base_url=SITE).text, encoding="utf-8")
    listed.write_bytes(status_list(0, SITE))
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["certificates", "verify", str(file), "--key", str(key)])
    assert answer.exit_code == 0
    assert "Not checked whether it was revoked" in answer.output
    answer = runner.invoke(args=["certificates", "verify", str(file), "--key", str(key), "--status", str(listed)])
    assert "It is not among the revoked ones." in answer.output
    key.write_text("{}", encoding="utf-8")
    answer = runner.invoke(args=["certificates", "verify", str(file), "--key", str(key)])
    assert (answer.exit_code, "no key can be read" in answer.output) == (1, True)
    number = len(key_store().public_keys())
    assert f"#key-{number} " in runner.invoke(args=["certificates", "keys", "show"]).output
    assert (
        f"key-{number + 1} signs from now on" in runner.invoke(args=["certificates", "keys", "rotate", "--yes"]).output
    )
