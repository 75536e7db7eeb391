"""GraphQL: SDL, and introspection as JSON."""
