"""Guides: documents in words, cut into passages that can be found and cited."""
