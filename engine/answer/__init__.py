"""Hits to an answer: facts composed from the spec, then prose that is checked against it."""
