"""Origins on the web, such as `https://crm.example`: which addresses are one, and what stands where can be believed."""

from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def is_trustworthy(address: str) -> bool:
    """Tell whether what stands at an address can be believed: it is https, or on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def is_origin(address: str) -> bool:
    """Tell whether an address is trustworthy and has nothing but scheme, host and port."""
    return is_trustworthy(address) and address.rstrip("/").count("/") == 2 and not set(address) & set("?#@ ")


def as_browsers_write(origin: str) -> str:
    """Return an origin in lower case, without the port that its scheme has anyway."""
    scheme, host = origin.rstrip("/").lower().split("://")
    return f"{scheme}://{host.removesuffix({'https': ':443', 'http': ':80'}[scheme])}"
