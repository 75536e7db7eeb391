from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given, strategies as st

from engine.net.address import is_loopback, is_public, number, without_secrets

V4 = st.ip_addresses(v=4)
PRIVATE_V4 = st.sampled_from(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/29 192.0.2.0/24"
    " 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32".split()
).flatmap(lambda network: st.ip_addresses(network=network))
"""Networks of IANA's special-purpose registry, multicast, and the one public number that clouds use inside."""
PRIVATE_V6 = st.sampled_from(
    "::/127 100::/64 2001:db8::/32 2001::/32 fc00::/7 fd00:ec2::/64 fe80::/10 fec0::/10 ff00::/8 64:ff9b:1::/48"
    " 3fff::/20 5f00::/16".split()
).flatmap(lambda network: st.ip_addresses(network=network))
PREFIXES = {"::": 0, "::ffff:0:0": 0, "::ffff:0:0:0": 0, "64:ff9b::": 0, "2002::": 80}
"""Where an IPv4 address stands in the IPv6 addresses that lead to it: prefix → bits behind it."""
CARRIED = st.sampled_from(sorted(PREFIXES))


def carried(address: IPv4Address, prefix: str) -> IPv6Address:
    """Return the IPv6 address that leads to an IPv4 address."""
    return IPv6Address(int(IPv6Address(prefix)) | int(address) << PREFIXES[prefix])


def spelled(address: IPv4Address, parts: int, bases: list[str]) -> str:
    """Return an IPv4 address in one of the ways in which systems read it."""
    octets = list(address.packed)
    values = [*octets[: parts - 1], int.from_bytes(octets[parts - 1 :], "big")]
    return ".".join(base.format(value) for base, value in zip(bases, values, strict=False))


BASES = st.lists(st.sampled_from(["{:d}", "0{:o}", "0x{:x}", "0X{:X}", "0000{:o}"]), min_size=4, max_size=4)


@given(PRIVATE_V4, CARRIED)
def test_no_private_address_is_public_in_any_dress(address: IPv4Address, prefix: str) -> None:
    """An IPv4 address of no public network stays one as a mapped, compatible, translated, NAT64 or 6to4 address."""
    assert not is_public(address)
    assert not is_public(carried(address, prefix))


@given(PRIVATE_V6)
def test_no_private_network_of_ipv6_is_public(address: IPv6Address) -> None:
    """This machine, its networks, documentation, groups and tunnels that hide where they lead."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.88.99.1", "1.1.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    """A public IPv4 address is one in each form."""
    assert is_public(IPv4Address(address))
    assert all(is_public(carried(IPv4Address(address), prefix)) for prefix in PREFIXES)
    assert is_public(IPv6Address("2606:4700:4700::1111"))


@given(V4, CARRIED)
def test_a_form_is_judged_by_what_it_leads_to(address: IPv4Address, prefix: str) -> None:
    """Never more is allowed than for the IPv4 address itself, and never less."""
    form = carried(address, prefix)
    assert is_public(form) == is_public(address)


@given(V4, CARRIED)
def test_only_this_machine_is_this_machine(address: IPv4Address, prefix: str) -> None:
    """127.0.0.0/8, also mapped, and `::1`; what a gateway would translate to them is not."""
    form, here = carried(address, prefix), address in ip_network("127.0.0.0/8")
    assert is_loopback(address) == here
    assert is_loopback(form) == (form == IPv6Address(1) or (here and prefix == "::ffff:0:0"))
    assert is_loopback(IPv6Address(1))
    assert not is_loopback(carried(IPv4Address("127.0.0.1"), "64:ff9b::"))


@given(V4, st.integers(1, 4), BASES, st.booleans())
def test_every_spelling_of_a_number_is_that_number(
    address: IPv4Address, parts: int, bases: list[str], dot: bool
) -> None:
    """Decimal, octal, hexadecimal, with fewer parts, with a dot at the end."""
    assert number(spelled(address, parts, bases) + "." * dot) == address


@given(st.ip_addresses(v=6), st.sampled_from(["", "%eth0", "%25eth0", "%1"]), st.booleans())
def test_a_zone_changes_no_address(address: IPv6Address, zone: str, brackets: bool) -> None:
    """An IPv6 address is read with and without brackets, and its zone is passed over."""
    assert number(f"[{address}{zone}]" if brackets else f"{address}{zone}") == address


@pytest.mark.parametrize(
    "host", ["a.example", "localhost", "1.example", "0x7f.example", "xn--e1afmkfd", "1-1", "0xg", ""]
)
def test_names_are_no_numbers(host: str) -> None:
    """What does not end in a number is a name."""
    assert number(host) is None


@pytest.mark.parametrize(
    "host",
    ["256.1.1.1", "1.2.3.4.5", "08", "4294967296", "1.2.3.256", "a.1", "1..2", ".1", "0x1ffffffff", "1:2", "9" * 5000]
)  # fmt: skip
def test_half_numbers_are_refused(host: str) -> None:
    """What one program reads as a number and another as a name is no address."""
    with pytest.raises(ValueError):
        number(host)


@given(st.text(max_size=30))
def test_any_host_is_judged(host: str) -> None:
    """A host is an address, a name or refused; nothing else happens."""
    try:
        found = number(host)
    except ValueError:
        return
    assert found is None or isinstance(found, IPv4Address | IPv6Address)


def test_addresses_are_shown_without_secrets() -> None:
    """User, password, query and fragment are not kept."""
    assert without_secrets("https://u:p@a.example:8443/b?token=c#d") == "https://a.example:8443/b"
    assert without_secrets("https://u:secret@[bad/b?token=c") == "https://…"
