"""The link graph as a search and an answer read it; `engine.indexing.links` makes it."""
