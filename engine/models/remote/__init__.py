"""The remote rung: from messages to pieces of text, over an OpenAI-compatible service, where the user allows it.

    address.py   the address in the settings: judged, and what may be connected to for it
    key.py       where the key is found
    scrub.py     what leaves this machine, and what is taken out of it before
    budget.py    when another request may go out
    limits.py    what a service says of its limits, in headers
    sse.py       bytes -> server-sent events
    wire.py      the request, and what the events of an answer say
    refusals.py  what a refusal means
    remote.py    the rung: puts these together, the only one that connects (through engine.net)
    use.py       whether it is asked where nobody names it, and its breaker

All but the last two are pure.
"""
