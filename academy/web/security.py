"""Headers that every answer carries."""

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Install the headers."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        frames = g.pop("frames", "")
        headers.setdefault("Content-Security-Policy", f"{POLICY}; frame-src {frames}" if frames else POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        if request.endpoint == "static" and "v" in request.args:
            headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        elif request.endpoint != "static":
            headers.setdefault("Cache-Control", "private, no-store")
        return response
