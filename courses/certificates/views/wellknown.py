"""Addresses that software looks at: the college's keys, its profile, the lists of revoked certificates."""

from flask import Response, abort, current_app

from academy.permissions import public
from courses.certificates.badges import credential
from courses.certificates.services.address import site_address
from courses.certificates.views.blueprint import blueprint

CACHE = "public, max-age=300"


def _json(content: bytes | str, media_type: str = "application/json") -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = CACHE
    return response


@blueprint.get("/.well-known/did.json")
@public
def did() -> Response:
    """Give the DID document with all public keys."""
    return _json(current_app.json.dumps(credential.did_document(site_address())), "application/did+json")


@blueprint.get("/.well-known/jwks.json")
@public
def jwks() -> Response:
    """Give the same keys as JSON Web Keys."""
    keys = [key.jwk() for key in credential.key_store().public_keys()]
    return _json(current_app.json.dumps({"keys": keys}), "application/jwk-set+json")


@blueprint.get("/.well-known/openbadges-issuer.json")
@public
def issuer() -> Response:
    """Give the college's profile."""
    profile = {"@context": [credential.VC2, credential.OB3], **credential.profile(site_address())}
    return _json(current_app.json.dumps(profile))


@blueprint.get("/.well-known/certificate-status/<int:number>.json")
@public
def status(number: int) -> Response:
    """Give a list of revoked certificates, signed; the next one begins when one is full."""
    if number > credential.last_list():
        abort(404)
    return _json(credential.status_list(number, site_address()), "application/vc")
