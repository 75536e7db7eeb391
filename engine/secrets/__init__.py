"""Secrets: how one is held, and how they are found in texts.

secret.py   a secret that prints as dots
frames.py   errors without the variables that held one
names.py    the names that secrets have
redact.py   the shapes that secrets have, and what stands in their place
"""
