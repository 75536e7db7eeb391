"""What a question names outright: references to operations, made from what was pasted or typed."""
