"""Bytes to `Spec`: detection, limits, one file a format, lazy references."""

READER = 7
"""Counts up when documents are read better than before, so that unchanged ones are read again."""
