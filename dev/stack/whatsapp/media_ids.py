"""Names of files: a GUID at ACS, digits at Meta."""

from uuid import uuid4

from dev.stack.whatsapp.catalogue import Provider


def media_ids() -> dict[Provider, str]:
    """What each provider calls a file that nobody had before."""
    return {Provider.ACS: str(uuid4()), Provider.WHATSAPP_CLOUD: new_media_id()}


def new_media_id() -> str:
    """What Meta calls it."""
    return str(10**15 + uuid4().int % 10**15)
