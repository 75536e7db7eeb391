"""The link graph: which operation yields what another operation needs."""
