"""What a model wrote, looked up in the specification: the names in it, and what it says of them."""
