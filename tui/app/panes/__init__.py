"""One pane, one file, one vocabulary of posted messages."""
