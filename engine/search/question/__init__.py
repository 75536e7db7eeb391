"""A question taken apart."""
