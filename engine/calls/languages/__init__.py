"""Each language that a call can be written in: a function from the record to text."""
