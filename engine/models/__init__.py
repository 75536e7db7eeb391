"""Weights, and the process that runs them."""
