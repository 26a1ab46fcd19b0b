"""Settings, read once from the environment.

With no setting at all the academy runs embedded: SQLite and files in `instance/`, a secret key made and kept there,
demo people. `ACADEMY_ENV=production` refuses to start with a missing or weak secret and never makes demo people.
"""

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENTS = ("demo", "development", "production", "testing")
MIN_SECRET_LENGTH = 32
MEBIBYTE = 1024 * 1024


class ConfigurationError(RuntimeError):
    """A setting is missing or unsafe; the message says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the site needs to know before it can start."""

    environment: str
    instance: Path
    database_url: str
    secret_key: str
    college: str = "社区干部学院"
    college_en: str = "Community Cadre College"
    time_zone: str = "Asia/Shanghai"
    address: str = ""
    max_upload_bytes: int = 2048 * MEBIBYTE
    max_form_bytes: int = 8 * MEBIBYTE
    session_hours: int = 12
    secure_cookies: bool = False
    trusted_proxies: int = 0
    content_origin: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def demo(self) -> bool:
        """Whether demo people and the starter catalogue may be made."""
        return self.environment != "production"

    def flask(self) -> dict[str, object]:
        """Return the settings in the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(self.database_url),
            "MAX_CONTENT_LENGTH": self.max_form_bytes,
            "MAX_FORM_MEMORY_SIZE": self.max_form_bytes,
            "MAX_FORM_PARTS": 2000,
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "SEND_FILE_MAX_AGE_DEFAULT": 0,
            "WTF_CSRF_TIME_LIMIT": None,
            "TESTING": self.environment == "testing",
            **self.extra,
        }


def load_settings(environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings from `environ` (default: the process environment).

    Raises ConfigurationError with a sentence for the operator when a setting cannot be used.
    """
    env = dict(os.environ if environ is None else environ)
    environment = str(overrides.pop("environment", env.get("ACADEMY_ENV", "demo")))
    if environment not in ENVIRONMENTS:
        raise ConfigurationError(f"ACADEMY_ENV is {environment!r}; use one of {', '.join(ENVIRONMENTS)}.")
    instance = Path(str(overrides.pop("instance", env.get("ACADEMY_INSTANCE", "instance")))).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    database_url = str(overrides.pop("database_url", env.get("DATABASE_URL", "")))
    secret = str(overrides.pop("secret_key", env.get("SECRET_KEY", "")))
    values: dict[str, object] = {
        "environment": environment,
        "instance": instance,
        "database_url": _database_url(database_url, instance),
        "secret_key": _secret(secret, environment, instance),
        "college": env.get("ACADEMY_COLLEGE", Settings.college),
        "college_en": env.get("ACADEMY_COLLEGE_EN", Settings.college_en),
        "time_zone": env.get("ACADEMY_TIME_ZONE", Settings.time_zone),
        "address": env.get("ACADEMY_ADDRESS", Settings.address),
        "max_upload_bytes": _megabytes(env, "ACADEMY_MAX_UPLOAD_MB", Settings.max_upload_bytes),
        "secure_cookies": env.get("ACADEMY_SECURE_COOKIES", "1" if environment == "production" else "0") == "1",
        "trusted_proxies": int(env.get("ACADEMY_TRUSTED_PROXIES", "0")),
        "content_origin": _origin(env, "ACADEMY_CONTENT_ORIGIN"),
    }
    values.update(overrides)
    return Settings(**values)  # type: ignore[arg-type]


def _origin(env: dict[str, str], name: str) -> str:
    text = env.get(name, "").rstrip("/")
    if text and not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", text):
        raise ConfigurationError(
            f"{name} is {text!r}; give scheme and host only, for example https://content.example.cn."
        )
    return text


def _megabytes(env: dict[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isdigit() or int(text) == 0:
        raise ConfigurationError(f"{name} is {text!r}; give a whole number of megabytes, for example 500.")
    return int(text) * MEBIBYTE


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'academy.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine_options(url: str) -> dict[str, object]:
    # a connection for each thread: one above the pool's size is opened and closed again for each request
    pool: dict[str, object] = {} if url.endswith((":memory:", "://")) else {"pool_size": 16, "max_overflow": 8}
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, **pool}
    return pool


def _secret(secret: str, environment: str, instance: Path) -> str:
    if environment == "production":
        if len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < 10:
            raise ConfigurationError(
                "SECRET_KEY is missing or weak. Production needs at least 32 random characters; make one with: "
                'python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return secret
    return secret or _kept_secret(instance / "secret_key")


def _kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
