"""The page of the desk, with the addresses of its files."""

from collections.abc import Sequence
from html import escape
from typing import Final

_PRELOAD: Final = '<link rel="modulepreload" href="{address}">'


def page_of(template: str, version: str, modules: Sequence[str]) -> str:
    """Fill in the page: `{{version}}` and `{{preloads}}`.

    Every module is named beforehand: a browser that finds one inside the other asks for them one after the other.
    Addresses are relative to the page, so that it may stand behind a gateway's prefix.
    """
    preloads = "\n".join(_PRELOAD.format(address=escape(f"desk/{version}/{path}")) for path in modules)
    return template.replace("{{version}}", version).replace("{{preloads}}", preloads)
