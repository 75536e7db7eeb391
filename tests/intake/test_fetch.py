"""A real HTTPS server on loopback, with a certificate that was made for the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import InputError, SpecError
from engine.intake.fetch import fetch
from engine.net.reach import Reach
from engine.specs.limits import Limits
from tests.net.https import https


@pytest.fixture
def server(certificate: Path) -> Iterator[str]:
    """The address of a server that speaks TLS."""
    with https(certificate) as address:
        yield address


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's certificate is trusted, as a company's own authority would be."""
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")


def get(address: str, *, private: bool = True, limits: Limits = Limits(max_document_mb=2)) -> bytes:
    """Fetch with the network allowed."""
    return fetch(address, limits, Reach(private=private))


@pytest.mark.usefixtures("_trusted")
def test_a_document_is_fetched(server: str) -> None:
    """What the server sends is what comes back, over a redirect too."""
    assert get(f"{server}/spec.json?version=1") == b'{"a": 1}'
    assert get(f"{server}/to/?{server}/spec.json") == b'{"a": 1}'
    assert get(f"{server}/to/?/spec.json") == b'{"a": 1}'


@pytest.mark.usefixtures("_trusted")
def test_a_private_address_needs_permission(server: str) -> None:
    """Neither a name nor a number of this machine or its network is asked unless the user allows it."""
    port = server.rpartition(":")[2]
    for host in ("localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"):  # noqa: S104
        with pytest.raises(InputError, match="no public address"):
            get(f"https://{host}:{port}/spec.json", private=False)


def test_a_certificate_must_be_trusted(server: str) -> None:
    """A certificate that nobody vouches for ends the connection."""
    with pytest.raises(InputError, match=r"certificate of .* is not trusted"):
        get(f"{server}/spec.json")


@pytest.mark.usefixtures("_trusted")
def test_a_certificate_must_be_of_that_host(server: str) -> None:
    """A certificate for another name is none."""
    with pytest.raises(InputError, match=r"certificate of .* is not trusted"):
        get(server.replace("localhost", "127.0.0.1") + "/spec.json")


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(
    "target", ["http://localhost/x", "file:///etc/passwd", "ftp://localhost/x", "https://[bad", "https://a:b/"]
)
def test_a_redirect_leads_to_https_only(server: str, target: str) -> None:
    """No server can make this program open a file or drop the encryption."""
    with pytest.raises(InputError, match=r"cannot be fetched|is no address"):
        get(f"{server}/to/?{target}")


@pytest.mark.usefixtures("_trusted")
def test_redirects_end(server: str) -> None:
    """A server that sends on for ever is left."""
    with pytest.raises(InputError, match="without end"):
        get(f"{server}/to/?/to/?/to/?/to/?/to/?/to/?/to/")


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("path", ["large", "endless"])
def test_the_size_is_capped_while_it_comes(server: str, path: str) -> None:
    """More than the limit is not kept, whether or not its size was told, and the error names the setting."""
    with pytest.raises(SpecError, match="larger than 2 MB") as caught:
        get(f"{server}/{path}")
    assert "max_document_mb" in caught.value.hint


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("path", ["silent", "drip", "dripping-body"])
def test_the_time_is_capped_whatever_the_server_does(server: str, path: str) -> None:
    """A server that says nothing, or a byte now and then, is left when time is over; the error names the setting."""
    with pytest.raises(SpecError, match=r"takes longer than 0\.4 s") as caught:
        get(f"{server}/{path}", limits=Limits(max_seconds=0.4))
    assert "max_seconds" in caught.value.hint


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("none", "answers 404"),
        ("short", "broke off"),
        ("compressed", "compressed answer"),
        ("endless-headers", "cannot be fetched"),
        ("no-http", "cannot be fetched"),
    ],
)
def test_what_goes_wrong_is_said(server: str, path: str, sentence: str) -> None:
    """An error of the server, half an answer, no HTTP, and what was not asked for are errors."""
    with pytest.raises(InputError, match=sentence):
        get(f"{server}/{path}")


@pytest.mark.parametrize(
    "address", ["http://a.example/x", "https://", "https://a:b/x", "https://a:99999/", "ftp://a/b", "https://[bad"]
)
def test_other_addresses_are_refused(address: str) -> None:
    """Only https is spoken."""
    with pytest.raises(InputError, match=r"cannot be fetched|is no address"):
        get(address)


def test_a_server_that_is_not_there_is_said() -> None:
    """The sentence names the address."""
    with pytest.raises(InputError, match=r"https://localhost:1/x cannot be fetched"):
        get("https://localhost:1/x")


def test_a_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, the connection goes through it; a private number is refused all the same."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(InputError, match=r"https://a\.example/x cannot be fetched: .*refused"):
        get("https://a.example/x", private=False)
    with pytest.raises(InputError, match="no public address"):
        get("https://10.0.0.1/x", private=False)


@pytest.mark.parametrize("proxy", ["http://u:secret@proxy:port", "http://[bad"])
def test_a_proxy_that_is_no_address_is_said(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """The sentence says what to correct, and repeats no password."""
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(InputError, match=r"^The proxy is no address$"):
        get("https://a.example/x", private=False)
