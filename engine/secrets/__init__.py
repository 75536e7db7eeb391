"""Secrets: how one is held, and how they are found in texts.

secret.py   a secret that prints as dots
names.py    the names that secrets have
redact.py   the shapes that secrets have, and what stands in their place
"""
