"""Base58, multibase and Multikey, as the Data Integrity specifications use them."""

import gzip
import io
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
KEY_BYTES = 32


def base58(content: bytes) -> str:
    """Write bytes in base 58 (Bitcoin's alphabet)."""
    number = int.from_bytes(content)
    digits = ""
    while number:
        number, rest = divmod(number, 58)
        digits = ALPHABET[rest] + digits
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """Read base 58. Raises ValueError for a character that is none of its digits."""
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def multibase(content: bytes) -> str:
    """Write bytes as multibase base58-btc."""
    return "z" + base58(content)


def from_multibase(text: str) -> bytes:
    """Read multibase base58-btc. Raises ValueError for anything else."""
    if not text.startswith("z"):
        raise ValueError("not in base58-btc (it does not begin with z)")
    return from_base58(text[1:])


def multikey(key: Ed25519PublicKey) -> str:
    """Write a public key as a Multikey."""
    return multibase(ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def from_multikey(text: str) -> Ed25519PublicKey:
    """Read a Multikey. Raises ValueError for what is no Ed25519 key."""
    content = from_multibase(text)
    if not content.startswith(ED25519) or len(content) != len(ED25519) + KEY_BYTES:
        raise ValueError("not an Ed25519 Multikey")
    return Ed25519PublicKey.from_public_bytes(content[len(ED25519) :])


def base64url(content: bytes) -> str:
    """Write bytes in base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url with or without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed_bits(places: list[int], length: int) -> str:
    """Return a bit string with ones at `places`, compressed, in multibase base64url: a Bitstring Status List."""
    bits = bytearray(length // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def bit_at(packed: str, place: int, most_bytes: int = 1 << 24) -> bool:
    """Return the bit at `place` of a Bitstring Status List. Raises ValueError for what is none, or is too short."""
    if not packed.startswith("u"):
        raise ValueError("the list is not in base64url (it does not begin with u)")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(from_base64url(packed[1:]))) as file:
            bits = file.read(most_bytes)
    except (OSError, EOFError) as error:
        raise ValueError("the list cannot be unpacked") from error
    if not 0 <= place < len(bits) * 8:
        raise ValueError("the list is too short")
    return bool(bits[place // 8] & 0x80 >> place % 8)
