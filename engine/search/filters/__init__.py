"""What a user narrows a search by."""
