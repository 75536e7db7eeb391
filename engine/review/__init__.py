"""What is made out of specifications that were read: so far, how two of them differ."""
