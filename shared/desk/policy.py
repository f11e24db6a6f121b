"""What a browser lets the page of the desk do."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from shared.settings import AuthMode, Settings


def page_headers(settings: Settings) -> Mapping[str, str]:
    """Return what holds a page that shows customers' words: nothing runs, loads or frames that is not its own."""
    return {
        "Content-Security-Policy": "; ".join(_policy(settings)),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
    }


def _policy(settings: Settings) -> list[str]:
    tenant = settings.tenant if settings.auth_mode is AuthMode.ENTRA else None
    connects = ["'self'", *([_origin(tenant.authority)] if tenant else [])]
    return [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        f"connect-src {' '.join(connects)}",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {settings.desk_framed_by or "'none'"}",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
