"""At which addresses a file may lie that WhatsApp is asked to fetch: those of the public internet. Pure.

Whoever writes a reply could otherwise have the channel, or this app, fetch from inside a network. A name says nothing:
what it resolves to decides, and forms of an address in which another one hides are unwrapped first.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

# The last label of letters alone keeps numbers out, of whatever form: 127.1, 0x7f.1, 0177.0.0.1, 2130706433.
_NAME: Final = re.compile(
    r"(?:(?!xn--)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63}", re.IGNORECASE | re.ASCII
)
_LONGEST_NAME: Final = 253
_AZURE_PLATFORM: Final = IPv4Address("168.63.129.16")  # answers from inside every virtual machine, and looks public
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_V4: Final = 0xFFFFFFFF


def problem_with_address(address: str) -> str | None:
    """Return what is wrong with how an address is written; None if nothing is."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "expected an https address, with a port of 443 if any"
    if parts.scheme != "https":
        return "expected an https address"
    if "@" in parts.netloc:
        return "expected an address without a user and a password"
    if port not in (None, 443) or parts.netloc.endswith(":"):
        return "expected the port 443, or none"
    if not _is_name(_host(parts.netloc)):
        return "expected the name of a host, of Latin letters, digits and hyphens with dots between: no number, no IDN"
    return None


def host_of(address: str) -> str:
    """Return the host of an address that has nothing wrong with it, in lower case."""
    return _host(urlsplit(address).netloc).lower()


def problem_with_place(found: Sequence[str]) -> str | None:
    """Return what is wrong with where a name leads, by the IP addresses that it resolves to; None if nothing is."""
    if not found:
        return "its host is not known"
    if not all(_is_public(each) for each in found):
        return "its host is not on the public internet"
    return None


def _host(netloc: str) -> str:
    # As it is written: the parser's own `hostname` makes Latin letters of others, such as the sign of Kelvin.
    return netloc.partition(":")[0]


def _is_name(host: str) -> bool:
    return len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None


def _is_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(_is_global(each) for each in _unwrapped(address))


def _unwrapped(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """Yield the addresses at which something sent to this one may arrive."""
    if isinstance(address, IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield IPv4Address(int(address) & _V4)
    elif address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    else:
        yield address


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in _UNICAST and address.is_global
    return address.is_global and not address.is_multicast and address != _AZURE_PLATFORM
