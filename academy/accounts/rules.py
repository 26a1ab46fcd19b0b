"""What a sign-in name, a phone number and a password must be, when a name is locked, and which addresses are ours."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from academy.i18n import _

MAX_FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)

MIN_PASSWORD = 8
MAX_PASSWORD = 128
LOGIN_LENGTH = 80
USERNAME_LENGTH = 40

# Compared without case; kept short on purpose: the lock-out makes long lists needless.
COMMON_PASSWORDS = frozenset(
    """
    12345678 123456789 1234567890 87654321 987654321 11111111 111111111 1111111111 00000000 0000000000 88888888
    888888888 66666666 666666666 99999999 12341234 11223344 1122334455 123123123 123321123 147258369 159357456 13145200
    5201314520 52013145 20082008 password password1 password123 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop qwerty123
    1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 qazwsxedc asdfghjkl asdf1234 zxcvbnm123 abcd1234 abc12345 a1234567 a12345678
    aa123456 aa12345678 asd12345 admin123 admin1234 admin888 administrator woaini1314 woaini520 iloveyou iloveyou1
    letmein123 welcome1 welcome123 sunshine football baseball superman trustno1 shequ123 xuexi123 shequxuetang
    """.split()
)

_PHONE = re.compile(r"1\d{10}", re.ASCII)
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1\d{10}$)", re.ASCII)
_USERNAME = re.compile(r"[\w.@]+")
_DROPPED = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"})
_UNSAFE_IN_PATH = re.compile(r"[\x00-\x20\x7f\\]")


def normal_login(text: str) -> str:
    """Return a typed sign-in name or phone number in the form it is stored in.

    Full-width letters become plain ones; blanks, dashes, invisible characters and the country code of a phone
    number are dropped; case does not matter.
    """
    before = None
    while text != before:  # dropping a blank can join what stood beside it, which is then normalised once more
        before, text = text, _fold(text)
    return text


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char for char in plain if unicodedata.category(char) not in _DROPPED)
    return _COUNTRY.sub("", unicodedata.normalize("NFKC", kept))


def normal_password(text: str) -> str:
    """Return a typed password so that full-width and plain characters are the same to us; blanks count."""
    return unicodedata.normalize("NFKC", text)


def phone_problem(phone: str) -> str | None:
    """Say what is wrong with a phone number in normal form, or None."""
    if not phone.isdecimal():
        return _("手机号只能有数字")
    if len(phone) != 11:
        return _("手机号应为 11 位数字，现在是 %(count)s 位", count=len(phone))
    if not _PHONE.fullmatch(phone):
        return _("手机号应以 1 开头，请检查是否输错")
    return None


def username_problem(username: str) -> str | None:
    """Say what is wrong with a sign-in name in normal form, or None. It must never look like a phone number."""
    if not 2 <= len(username) <= USERNAME_LENGTH:
        return _("登录名应为 2 到 %(most)s 个字，现在是 %(count)s 个", most=USERNAME_LENGTH, count=len(username))
    if not _USERNAME.fullmatch(username):
        return _("登录名只能用汉字、字母、数字、点、下划线和 @")
    if _PHONE.fullmatch(username):
        return _("登录名不能是手机号的样子，手机号请填在下面一栏，一样可以用来登录")
    return None


def password_problem(password: str, own_names: tuple[str | None, ...]) -> str | None:
    """Say why `password` cannot be chosen, or None; `own_names` are the sign-in name and the phone number."""
    password = normal_password(password)
    if len(password) < MIN_PASSWORD:
        return _("密码至少要有 %(least)s 个字符，现在是 %(count)s 个", least=MIN_PASSWORD, count=len(password))
    if len(password) > MAX_PASSWORD:
        return _("密码最多 %(most)s 个字符，现在是 %(count)s 个", most=MAX_PASSWORD, count=len(password))
    if normal_login(password) in {normal_login(name) for name in own_names if name}:
        return _("密码不能和登录名或手机号一样，请换一个")
    if password.casefold() in COMMON_PASSWORDS or len(set(password)) < 3:
        return _("这个密码太常见，容易被人猜到，请换一个")
    return None


@dataclass(frozen=True)
class Failures:
    """How often sign-in failed under one name. `since` is the first failure that counts."""

    count: int
    since: datetime
    locked_until: datetime | None = None

    @property
    def tries_left(self) -> int:
        """How many further tries there are before the name is locked."""
        return max(0, MAX_FAILURES - self.count)

    def is_locked(self, moment: datetime) -> bool:
        """Return whether nobody may try this name at `moment`."""
        return self.locked_until is not None and moment < self.locked_until


def after_failure(before: Failures | None, moment: datetime) -> Failures:
    """Count one more failure at `moment`; old failures and locks that are over no longer count."""
    if before is None or before.locked_until is not None or moment - before.since > WINDOW:
        before = Failures(0, moment)
    count = before.count + 1
    return Failures(count, before.since, moment + LOCKED_FOR if count >= MAX_FAILURES else None)


def safe_path(address: str | None) -> str | None:
    """Return `address` if it is a path on this site (with its query), else None."""
    if not address or len(address) > 2000 or not address.startswith("/") or address.startswith("//"):
        return None
    if _UNSAFE_IN_PATH.search(address):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None


def may_change(paths: tuple[str, ...], is_admin: bool, roles: frozenset[str], unit_path: str | None) -> bool:
    """Return whether a keeper of the subtrees `paths` may change somebody with `roles` in the unit at `unit_path`.

    Admins may change everybody. Others keep the trainees of their subtree and nobody else: who could reset an
    instructor's password could teach in their name.
    """
    if is_admin:
        return True
    inside = unit_path is not None and any(unit_path.startswith(path) for path in paths)
    return inside and roles <= {"trainee"}


def masked(phone: str | None) -> str:
    """Return a phone number as it may stand in a log: 138****8000."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""
