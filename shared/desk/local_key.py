"""Who is given the desk in key mode: a browser on this machine, and no page of somebody else in it. Pure.

The desk is told the app's key. A page elsewhere whose name was made to lead to this machine is known by its Host, one
that only asks from afar by where the browser says that it is.
"""

from typing import Final
from urllib.parse import urlsplit

from shared.settings import Settings
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

_HERE: Final = ("127.0.0.1", "localhost", "::1")


def refuse_others(settings: Settings, *, host: str | None, origin: str | None, site: str | None) -> None:
    """Refuse whoever asks for the desk of key mode, but a page of this machine.

    Args:
        settings: The settings of an app in key mode.
        host: The header Host.
        origin: The header Origin.
        site: The header Sec-Fetch-Site.

    Raises:
        Refused: `not_found` where there is no such desk; `forbidden` for a page of another origin.
    """
    if settings.desk_local_key is None or not host or _name_in(host) not in _HERE:
        raise Refused(Code.NOT_FOUND, "In key mode there is a desk on the local stack only.")
    if site == "cross-site" or (origin is not None and origin.lower() != f"http://{host.lower()}"):
        raise Refused(Code.FORBIDDEN, "The desk answers its own pages only.")


def _name_in(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
