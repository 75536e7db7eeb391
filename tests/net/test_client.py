"""The client against real servers on loopback."""

import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, SettingsError, UnreachableError
from engine.net import client as net_client
from engine.net.client import client, document, posted
from engine.net.reach import Reach
from tests.net.https import Proxy, https, proxy

PROXY_NAMES = ("https_proxy", "all_proxy", "http_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority of the machine has a part in this."""
    for name in (*PROXY_NAMES, *map(str.upper, PROXY_NAMES), "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(certificate: Path) -> Iterator[str]:
    """The address of a server that speaks TLS."""
    with https(certificate) as address:
        yield address


@pytest.fixture
def open_proxy() -> Iterator[Proxy]:
    """A proxy that anybody may use. It makes this machine's server look like one on the internet."""
    with proxy() as running:
        yield running


@pytest.fixture
def reach(certificate: Path) -> Reach:
    """This machine may be reached, and its certificate is believed."""
    return Reach(private=True, ca_bundle=f"{certificate}.crt")


async def got(address: str, reach: Reach) -> bytes:
    """Return what is at an address."""
    async with document(address, reach) as pieces:
        return b"".join([piece async for piece in pieces])


class Names:
    """A name server whose answer changes.

    Args:
        answers: The addresses that it gives, one list after the other.
    """

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """Answer as `socket.getaddrinfo` does."""
        self.asked.append(host)
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


async def test_the_setting_names_an_authority(server: str, reach: Reach) -> None:
    """A certificate of the file in `ca_bundle` is believed; without it the error names the setting."""
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'
    with pytest.raises(InputError, match=r"certificate of https://localhost:\d+/spec.json is not trusted") as caught:
        await got(f"{server}/spec.json", Reach(private=True))
    assert "`ca_bundle`" in caught.value.hint


async def test_the_environment_names_an_authority(
    server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE is believed, as by other programs."""
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert await got(f"{server}/spec.json", Reach(private=True)) == b'{"a": 1}'


async def test_another_name_is_no_matter_of_authorities(server: str, reach: Reach) -> None:
    """The certificate of an authority that is believed counts for its own host only, and no authority would help."""
    with pytest.raises(InputError, match="is not trusted") as caught:
        await got(server.replace("localhost", "127.0.0.1") + "/spec.json", reach)
    assert "ca_bundle" not in caught.value.hint


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
async def test_a_file_of_certificates_must_be_one(
    tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is missing or holds none is said before anything is sent, with the name of what to correct."""
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"authorities\.pem cannot be read") as caught:
        await got("https://a.example/", Reach(ca_bundle=str(file)))
    assert "`ca_bundle`" in caught.value.hint
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(SettingsError, match=r"SSL_CERT_FILE names cannot be read"):
        await got("https://a.example/", Reach())


async def test_a_name_is_resolved_once(server: str, reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was judged, wherever the name leads a moment later."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'
    assert names.asked == ["localhost"]


async def test_one_private_address_of_many_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that has a private address besides public ones is refused before any of them is connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", Names(["192.0.2.1", "64:ff9b::a00:1"], ["8.8.8.8", "10.0.0.1"]))
    for _ in range(2):
        with pytest.raises(InputError, match=r"a\.example is at .*, which is no public address") as caught:
            await got("https://a.example/", Reach())
        assert "`private_addresses`" in caught.value.hint


async def test_the_next_address_is_tried(server: str, reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first address of a name refuses, the next one serves."""
    monkeypatch.setattr(socket, "getaddrinfo", Names(["127.0.0.77", "127.0.0.1"]))
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'


@pytest.fixture
def dead(server: str) -> Iterator[str]:
    """An address of this machine that takes no connection and refuses none, at the server's port."""
    port = int(server.rpartition(":")[2])
    with socket.socket() as full, socket.socket() as first, socket.socket() as second, socket.socket() as probe:
        try:
            full.bind(("127.0.0.77", port))
        except OSError as error:
            pytest.skip(f"127.0.0.77 is no address here: {error}")
        full.listen(0)
        for waiting in (first, second, probe):
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.77", port))
        if select.select([], [probe], [], 0.2)[1]:
            pytest.skip("This system takes more connections than a server wants")
        yield "127.0.0.77"


async def test_an_address_that_does_not_answer_is_not_waited_for(
    server: str, reach: Reach, dead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is tried beside it: this test would run out of time if one waited for the other."""
    monkeypatch.setattr(net_client, "TIMEOUT_S", 10_000)
    monkeypatch.setattr(socket, "getaddrinfo", Names([dead, "127.0.0.1"]))
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'


async def test_the_first_address_says_why_none_answers(reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all refuse, one sentence is enough."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(socket, "getaddrinfo", Names(["127.0.0.1", "127.0.0.77"]))
    with pytest.raises(UnreachableError, match="cannot be fetched: Connection refused"):
        await got(f"https://a.example:{port}/", reach)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
)
@pytest.mark.parametrize("through", ["", "http://127.0.0.1:1"])
async def test_a_private_number_is_refused_in_any_spelling(
    host: str, through: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decimal, hexadecimal, short, and inside IPv6; a proxy is not asked either."""
    monkeypatch.setenv("https_proxy", through)
    with pytest.raises(InputError, match="no public address"):
        await got(f"https://{host}/", Reach())


@pytest.mark.parametrize(
    "address", ["https://1.2.3.256/", "https://1.2.3.4.5/", "https://0177.0.0.1/", "https:///x", "https://a:99999/"]
)
async def test_a_host_that_is_half_a_number_is_refused(address: str) -> None:
    """What programs read differently, octal numbers among it, is no address."""
    with pytest.raises(InputError, match="is no address"):
        await got(address, Reach(private=True))


async def test_a_redirect_is_judged_anew(
    server: str, reach: Reach, open_proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that may be asked leads to no address that may not."""
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{open_proxy.server_address[1]}")
    monkeypatch.setenv("no_proxy", "inside.example")
    names = Names(["10.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    outside, public = server.replace("localhost", "outside.example"), Reach(ca_bundle=reach.ca_bundle)
    for target in ("https://inside.example/secret", "https://169.254.169.254/secret", "https://2130706433/secret"):
        with pytest.raises(InputError, match=r"which is no public address"):
            await got(f"{outside}/to/?{target}", public)
    assert len(open_proxy.asked) == 3
    assert names.asked == ["inside.example"]


async def test_a_silent_server_is_left(server: str, reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the request and says nothing counts as not reached."""
    monkeypatch.setattr(net_client, "TIMEOUT_S", 0.2)
    with pytest.raises(UnreachableError, match="takes too long to answer"):
        await got(f"{server}/silent", reach)


async def test_a_server_that_speaks_no_tls_is_said(reach: Reach) -> None:
    """Plain HTTP behind an https address is a fault of the address, not a crash."""
    with https(None) as plain, pytest.raises(UnreachableError, match="cannot be fetched"):
        await got(plain.replace("http:", "https:") + "/spec.json", reach)


async def test_user_and_password_of_an_address_are_sent_to_it_alone(certificate: Path, reach: Reach) -> None:
    """They go with the request, and neither to where it leads nor into a message."""
    with https(certificate) as address:
        named = address.replace("//", "//me:s3cret@")
        assert await got(f"{named}/closed", reach) == b'{"a": 1}'
        with pytest.raises(InputError, match="answers 404") as caught:
            await got(f"{named}/to/?{address}/closed?token=t0ken", reach)
    assert "s3cret" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.fixture
def running() -> Iterator[Proxy]:
    """A proxy that asks for a password."""
    with proxy("me:p@ss") as running:
        yield running


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
async def test_a_proxy_is_asked_with_its_password(
    server: str, reach: Reach, running: Proxy, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is left to the proxy, the certificate is checked end to end, and the password is sent to the proxy."""
    monkeypatch.setenv(name, f"http://me:p%40ss@127.0.0.1:{running.server_address[1]}")
    monkeypatch.setattr(socket, "getaddrinfo", Names())
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'
    assert [head.split()[1] for head in running.asked] == [server.removeprefix("https://")]


async def test_a_proxy_may_speak_tls_itself(
    server: str, reach: Reach, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is checked as the server's is, and the password travels encrypted."""
    with proxy("me:p@ss", certificate) as running:
        monkeypatch.setenv("https_proxy", f"https://me:p%40ss@localhost:{running.server_address[1]}")
        assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'
        with pytest.raises(InputError, match="is not trusted"):
            await got(f"{server}/spec.json", Reach(private=True))
    assert len(running.asked) == 1


async def test_a_proxy_that_refuses_is_said(
    server: str, reach: Reach, running: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is told, the password is not."""
    monkeypatch.setenv("https_proxy", f"http://me:wr0ng@127.0.0.1:{running.server_address[1]}")
    with pytest.raises(UnreachableError, match="the proxy answers 407") as caught:
        await got(f"{server}/spec.json", reach)
    assert "https_proxy" in caught.value.hint
    assert "wr0ng" not in str(caught.value) + caught.value.hint


async def test_a_proxy_is_passed_by(server: str, reach: Reach, running: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """`no_proxy` names the hosts that are reached directly."""
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{running.server_address[1]}")
    monkeypatch.setenv("no_proxy", "localhost,.example")
    assert await got(f"{server}/spec.json", reach) == b'{"a": 1}'
    assert running.asked == []


@pytest.mark.parametrize(
    ("url", "sentence"), [("socks5://u:secret@h:1", "neither at http"), ("http://u:secret@:1", "no address")]
)
async def test_a_proxy_of_another_kind_is_said(url: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to correct, and repeats no password."""
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(InputError, match=sentence) as caught:
        await got("https://a.example/", Reach())
    assert "https_proxy" in caught.value.hint
    assert "secret" not in str(caught.value)


async def test_a_proxy_is_not_led_to_its_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """`localhost` is this machine's name, or the proxy's: neither is public."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    for host in ("localhost", "a.localhost"):
        with pytest.raises(InputError, match="no public address"):
            await got(f"https://{host}/", Reach())


async def test_http_is_spoken_with_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is allowed at all; a proxy has no part in it, and a name must lead here."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    allowed = Reach(plain_loopback=True)
    with https(None) as address:
        assert await got(f"{address}/spec.json", allowed) == b'{"a": 1}'
        with pytest.raises(InputError, match="cannot be fetched") as caught:
            await got(f"{address}/spec.json", Reach(private=True))
        assert "Only https://" in caught.value.hint
    for host in ("10.0.0.1", "8.8.8.8", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"):
        with pytest.raises(InputError, match="which is not this machine"):
            await got(f"http://{host}/", allowed)


async def test_what_is_posted_is_answered(server: str, reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the status, with its headers, and a body that is read as it comes; errors say that it was asked."""
    async with posted(f"{server}/spec.json", b"{}", {"X-Mine": "1"}, reach, shown="the service") as reply:
        assert reply.status == 501  # the server takes GET alone
        assert reply.headers["content-type"].startswith("text/html")
        assert b"Unsupported method" in b"".join([piece async for piece in reply.pieces])
    with pytest.raises(InputError, match="The certificate of the service is not trusted"):
        async with posted(f"{server}/spec.json", b"", {}, Reach(private=True), shown="the service"):
            pass
    monkeypatch.setattr(socket, "getaddrinfo", Names(["10.0.0.1"]))
    with pytest.raises(InputError, match="no public address"):
        async with posted("https://a.example/", b"", {}, Reach(), shown="the service"):
            pass


async def test_a_client_streams(server: str, reach: Reach) -> None:
    """Whoever needs more than a document has the client itself."""
    async with client(reach) as http, http.stream("GET", f"{server}/large") as answer:
        assert (await anext(answer.aiter_raw()))[:1] == b"0"
