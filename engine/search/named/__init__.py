"""What a question names outright: operations by their addresses, APIs by their names."""
