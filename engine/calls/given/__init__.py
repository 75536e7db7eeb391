"""What the user said, as values of the inputs of an operation: typed, checked, each where it belongs."""
