"""What is shown of records: pure functions from what the engine gives to lines of text and rows of a tree."""
