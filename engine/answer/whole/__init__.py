"""Questions about a whole API: counted and listed by what the library knows of every operation."""
