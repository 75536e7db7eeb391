"""Models of Smithy, as its JSON AST has them."""
