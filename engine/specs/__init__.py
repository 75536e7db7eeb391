"""Bytes to `Spec`: detection, limits, one file a format, lazy references."""
