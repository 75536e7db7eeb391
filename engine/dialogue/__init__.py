"""A conversation: what a follow-up question means, given the answers before it."""
