"""What is taken out of the terminal: a specification as compact Markdown, for a person or for a program."""
