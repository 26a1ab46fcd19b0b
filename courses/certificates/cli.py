"""`flask certificates`: check a credential, show and change the signing keys."""

from pathlib import Path

import click
from flask.cli import AppGroup

from academy.clock import now
from courses.certificates.badges.checking import Keys, NotReadable, accepted, read_document, read_keys, verify
from courses.certificates.badges.credential import key_store, method_of, status_list
from courses.certificates.badges.encoding import multikey
from courses.certificates.services.address import site_address

group = AppGroup("certificates", help="Check credentials; the college's signing keys.")
MARKS = {True: "right  ", False: "WRONG  ", None: "skipped"}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("verify")
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, help="Trust this key (DID document, JWK or set of them, Multikey, PEM), not our own.")
@click.option("--status", type=FILE, help="The list of revoked credentials, as it was fetched from its address.")
def verify_command(file: Path, key: Path | None, status: Path | None) -> None:
    """Check the credential in FILE offline. The exit code is 0 only if nothing is wrong."""
    content = file.read_bytes()
    if key is None:
        keys, listed = _own_keys(content), _own_list(content)
    else:
        keys, listed = _read_keys(key), None
    if status is not None:
        listed = status.read_bytes()
    steps = verify(content, keys, now(), listed)
    for step in steps:
        click.echo(f"{MARKS[step.right]}  {step.sentence}")
    if not accepted(steps):
        raise SystemExit(1)
    click.echo("The credential is genuine.")


@group.group("keys")
def keys_group() -> None:
    """The college's signing keys."""


@keys_group.command("show")
def show_keys() -> None:
    """List the public keys; the last one signs."""
    for key in key_store().public_keys():
        click.echo(f"{method_of(key, site_address())}  {multikey(key.key)}  since {key.created:%Y-%m-%d}")


@keys_group.command("rotate")
@click.confirmation_option(prompt="Make a new key, and delete the private half of the old one?")
def rotate_keys() -> None:
    """Sign with a new key from now on. What the old one signed stays valid."""
    click.echo(f"{key_store().rotate().name} signs from now on. Make a backup.")


def _own_keys(content: bytes) -> Keys:
    """Return our keys, under the address that the credential itself gives our site."""
    base = _named_address(content)
    return {method_of(key, base): key.key for key in key_store().public_keys()}


def _own_list(content: bytes) -> bytes | None:
    """Return our own list of revoked ones, if the credential names one."""
    try:
        entry = read_document(content)["credentialStatus"]
        base, _path, rest = str(entry["statusListCredential"]).partition("/.well-known/certificate-status/")
        return status_list(int(rest.removesuffix(".json")), base)
    except (NotReadable, KeyError, TypeError, ValueError):
        return None


def _named_address(content: bytes) -> str:
    try:
        return str(read_document(content)["id"]).rpartition("/c/")[0] or site_address()
    except (NotReadable, KeyError, TypeError):
        return site_address()


def _read_keys(path: Path) -> Keys:
    try:
        return read_keys(path.read_bytes())
    except NotReadable as error:
        raise click.ClickException(f"{path}: {error}") from error
