"""The steps of the library's schema, applied in order of their names."""
