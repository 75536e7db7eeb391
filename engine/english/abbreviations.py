"""Abbreviations and spellings of one and the same word, in a question and in a specification."""

IN_FULL = {
    "acct": "account", "addr": "address", "admin": "administrator", "app": "application", "config": "configuration",
    "db": "database", "dept": "department", "desc": "description", "dir": "directory", "env": "environment",
    "img": "image", "info": "information", "mgmt": "management", "msg": "message", "num": "number",
    "org": "organization", "param": "parameter", "pic": "picture", "pwd": "password", "qty": "quantity",
    "repo": "repository", "txn": "transaction",
    "authorise": "authorize", "behaviour": "behavior", "cancelation": "cancellation", "catalogue": "catalog",
    "centre": "center", "colour": "color", "enrol": "enroll", "favourite": "favorite", "labelled": "labeled",
    "licence": "license", "organisation": "organization", "synchronise": "synchronize",
}  # fmt: skip
"""Abbreviations that stand for one word only, and British spellings. What may stand for several (`doc`, `auth`) is in
the lexicon."""
