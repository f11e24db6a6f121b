"""At which addresses a file may lie: nowhere inside a network, however that is written."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.media.addresses import host_of, problem_with_address, problem_with_place


@pytest.mark.parametrize(
    "address",
    [
        "https://files.shop.example/a.jpg",
        "https://FILES.shop.example:443/a%20b.jpg?sig=a%2Bb&mail=x@y.example#top",
        "https://my_bucket.s3.example.com",
        "https://1.2.example/a?next=https://127.0.0.1/",
    ],
)
def test_a_name_at_the_usual_port_is_an_address_for_a_file(address: str) -> None:
    assert problem_with_address(address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://a.example/b", "https"),
        ("ftp://a.example/b", "https"),
        ("file:///etc/passwd", "https"),
        ("//a.example/b", "https"),
        ("https:///b", "name"),
        ("https://[::1", "https"),
        ("https://user:pw@a.example/b", "user"),
        ("https://@a.example/b", "user"),
        ("https://a.example@127.0.0.1/b", "user"),
        ("https://a.example:8443/b", "port"),
        ("https://a.example:0/b", "port"),
        ("https://a.example:/b", "port"),
        ("https://a.example:port/b", "port"),
        ("https://127.0.0.1/", "name"),
        ("https://127.1/", "name"),
        ("https://2130706433/", "name"),
        ("https://0x7f.1/", "name"),
        ("https://0x7f000001/", "name"),
        ("https://0177.0.0.1/", "name"),
        ("https://127.0.0.1./", "name"),
        ("https://[::1]/", "name"),
        ("https://[::ffff:127.0.0.1]/", "name"),
        ("https://[fe80::1%25eth0]/", "name"),
        ("https://a.example./b", "name"),
        ("https://localhost/", "name"),
        ("https://metadata/", "name"),
        ("https://%6cocalhost.example/", "name"),
        ("https://a.example%2eevil.example/", "name"),
        ("https://①②⑦.⓪.⓪.①/", "name"),
        ("https://１２７.0.0.1/", "name"),
        ("https://boo\u212a.example/", "name"),
        ("https://b\u00fccher.example/", "name"),
        ("https://xn--bcher-kva.example/", "name"),
        ("https://a。example/", "name"),
        ("https://-a.example/", "name"),
        (f"https://{'a.' * 130}example/", "name"),
    ],
)
def test_what_is_no_name_at_the_usual_port_is_refused_with_the_reason(address: str, said: str) -> None:
    problem = problem_with_address(address)

    assert problem
    assert said in problem


@pytest.mark.parametrize("found", [["93.184.216.34"], ["2606:2800:220:1::1"], ["93.184.216.34", "2606:2800:220:1::1"]])
def test_a_file_may_lie_on_the_public_internet(found: list[str]) -> None:
    assert problem_with_place(found) is None


INSIDE = {
    "this network": "0.0.0.0",
    "loopback": "127.0.0.1",
    "private, class A": "10.1.2.3",
    "private, class B": "172.31.255.255",
    "private, class C": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "link-local": "169.254.1.1",
    "metadata": "169.254.169.254",
    "the platform of Azure": "168.63.129.16",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
}
WRAPPED = {
    "unspecified": "::",
    "loopback": "::1",
    "unique-local": "fd00:ec2::254",
    "link-local": "fe80::1",
    "site-local": "fec0::1",
    "multicast": "ff02::1",
    "compatible with v4": "::7f00:1",
    "NAT64 of a network's own": "64:ff9b:1::1",
    "documentation": "2001:db8::1",
    "Teredo of a private server": "2001:0:a01:203::",
    "Teredo of a private client": "2001:0:5db8:d822::f5ff:fffe",
    "none": "nonsense",
}


def _in(prefix: int, v4: str, shift: int) -> str:
    """An address of version 6 in which one of version 4 hides."""
    return str(IPv6Address(prefix | int(IPv4Address(v4)) << shift))


@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
def test_nothing_inside_a_network_is_fetched_whatever_wraps_it(inside: str) -> None:
    mapped = f"::ffff:{inside}"
    nat64, six_to_four = _in(0x64FF9B << 96, inside, 0), _in(0x2002 << 112, inside, 80)

    for found in (inside, mapped, nat64, six_to_four):
        assert problem_with_place([found]), found
        assert problem_with_place(["93.184.216.34", found]), "one place inside is enough"


@pytest.mark.parametrize("found", WRAPPED.values(), ids=WRAPPED)
def test_no_address_of_version_6_leads_inside(found: str) -> None:
    assert problem_with_place([found])


@pytest.mark.parametrize("found", ["::ffff:93.184.216.34", "64:ff9b::5db8:d822", "2002:5db8:d822::1"])
def test_a_public_address_is_one_in_another_form_too(found: str) -> None:
    assert problem_with_place([found]) is None


def test_a_host_that_is_nowhere_is_refused() -> None:
    assert problem_with_place([])


@given(st.text())
def test_no_address_is_too_odd_to_be_judged(text: str) -> None:
    if problem_with_address(f"https://{text}/a") is None:
        host = host_of(f"https://{text}/a")
        assert host.isascii()
        assert "." in host
        assert text.lower().startswith(host)
