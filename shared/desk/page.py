"""The page of the desk: the addresses of its files, and what a browser lets it do."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlsplit

from shared.settings import AuthMode, Settings

_PRELOAD: Final = '<link rel="modulepreload" href="{address}">'


def page_of(template: str, version: str, modules: Sequence[str]) -> str:
    """Fill in the page: `{{version}}` and `{{preloads}}`.

    Every module is named beforehand: a browser that finds one inside the other asks for them one after the other.
    Addresses are relative to the page, so that it may stand behind a gateway's prefix.
    """
    preloads = "\n".join(_PRELOAD.format(address=escape(f"desk/{version}/{path}")) for path in modules)
    return template.replace("{{version}}", version).replace("{{preloads}}", preloads)


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
