"""What may be reached. Light, so that whoever only passes it on loads nothing that connects."""

import msgspec


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Which addresses may be connected to, and whose certificates are believed.

    Without anything: `https://` at public addresses, trusted by the system's own authorities.
    """

    private: bool = False
    """Addresses of this machine and its own network too."""
    plain_loopback: bool = False
    """`http://` too, where the address is this very machine; such a connection takes no proxy."""
    ca_bundle: str = ""
    """File (PEM) of authorities that are trusted beside the system's; none where empty."""
