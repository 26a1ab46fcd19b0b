"""The college's signing keys: Ed25519, in `instance/keys/`, readable by the academy's user only.

`certificates-1.pem` is a private key, `certificates-1.json` its public half. The one with the highest number signs; of older
ones only the public half is kept, so that what they signed can be checked for ever.
"""

import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from academy.clock import now
from courses.certificates.badges.encoding import base64url, from_multikey, multikey

_PUBLIC = re.compile(r"certificates-(\d+)\.json")


@dataclass(frozen=True)
class PublicKey:
    """A public key of the college: its number, the key, and since when it signs."""

    number: int
    key: Ed25519PublicKey
    created: datetime

    @property
    def name(self) -> str:
        """What it is called in documents."""
        return f"key-{self.number}"

    def jwk(self) -> dict[str, Any]:
        """Return the key as a JSON Web Key."""
        raw = self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.name, "x": base64url(raw)}


@dataclass(frozen=True)
class SigningKey:
    """The key that signs now."""

    public: PublicKey
    private: Ed25519PrivateKey


class KeyStore:
    """The keys of one instance."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / "keys"

    def public_keys(self) -> list[PublicKey]:
        """Return all public keys, the one in use last."""
        found = []
        for path in self.folder.glob("certificates-*.json"):
            if match := _PUBLIC.fullmatch(path.name):
                facts = json.loads(path.read_text(encoding="ascii"))
                created = datetime.fromisoformat(facts["created"])
                found.append(PublicKey(int(match.group(1)), from_multikey(facts["publicKeyMultibase"]), created))
        return sorted(found, key=lambda key: key.number)

    def signing_key(self) -> SigningKey:
        """Return the key in use; the first time it is needed it is made."""
        keys = self.public_keys()
        if not keys:
            self._make(1)
            keys = self.public_keys()
        newest = keys[-1]
        pem = self._private(newest.number).read_bytes()
        private = load_pem_private_key(pem, password=None)
        if not isinstance(private, Ed25519PrivateKey) or multikey(private.public_key()) != multikey(newest.key):
            raise ValueError(f"{self._private(newest.number)} does not belong to {newest.name}")
        return SigningKey(newest, private)

    def rotate(self) -> PublicKey:
        """Make a new key that signs from now on, and delete the private half of the one before."""
        old = self.signing_key().public
        self._make(old.number + 1)
        self._private(old.number).unlink()
        return self.public_keys()[-1]

    def _make(self, number: int) -> None:
        """Make a key; of two processes that do so at the same time, one wins and both use its key."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        if not self._put(self._private(number), pem, 0o600):
            stored = load_pem_private_key(self._private(number).read_bytes(), password=None)
            assert isinstance(stored, Ed25519PrivateKey)
            key = stored
        facts = {
            "id": f"key-{number}",
            "publicKeyMultibase": multikey(key.public_key()),
            "created": now().replace(microsecond=0).isoformat(),
        }
        self._put(self.folder / f"certificates-{number}.json", json.dumps(facts, indent=2).encode(), 0o644)

    def _private(self, number: int) -> Path:
        return self.folder / f"certificates-{number}.pem"

    def _put(self, path: Path, content: bytes, mode: int) -> bool:
        """Write a file that appears whole and only if there is none yet; return whether it was written."""
        draft = self.folder / f".{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        return True
