"""What is kept of a specification so that it is found: made when it is added, and never by a search."""
