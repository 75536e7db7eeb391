"""The only way out: connections to addresses that were judged, over TLS that was checked, through the user's proxy.

Only modules of this package import what opens a connection, and no command imports them before it fetches.

    reach.py      what may be reached, and whose certificates are believed
    address.py    what a host that is a number stands for, and which addresses are public
    proxy.py      the proxy that the environment names
    tls.py        the authorities that are trusted
    transport.py  judges, pins and connects
    client.py     a client that does so, one document from an address, and the answer to what is posted
    failure.py    what went wrong, in a sentence
    local.py      sockets of this machine alone, for the model worker
"""
