"""The short code of a certificate: nine random characters of Crockford's base 32, and one to check them.

45 random bits: with a hundred thousand certificates, one guess in 350 million hits. The check character is a weighted sum in
the field of 32 elements, so it finds any one wrong character and any two that changed places: a slip is told from an
unknown code.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_FIELD = 0b100101  # x^5 + x^2 + 1, whose root generates all elements but 0
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DROPPED = frozenset(" -–—_.\u3000\t")


def new_code() -> str:
    """Return a fresh code."""
    body = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH - 1))
    return body + _check(body)


def read_code(text: str) -> str:
    """Return a typed code in normal form: upper case, without dashes; O is read as 0, I and L as 1."""
    kept = "".join(character for character in text if character not in _DROPPED)
    narrow = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in kept)
    return narrow.upper().translate(_READ_AS)


def is_code(text: str) -> bool:
    """Return whether a code in normal form can be one of ours."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET) and _check(text[:-1]) == text[-1]


def shown(code: str) -> str:
    """Return a code as it is printed, in groups: 7K3QF-9ZP0M."""
    return f"{code[:5]}-{code[5:]}"


def _check(body: str) -> str:
    weight, total = 1, 0
    for character in body:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _times(one: int, other: int) -> int:
    """Multiply in the field of 32 elements."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= _FIELD
        other >>= 1
    return product
