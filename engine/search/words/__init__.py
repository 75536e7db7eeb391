"""The words of the library, and how well entries match those of a question."""
