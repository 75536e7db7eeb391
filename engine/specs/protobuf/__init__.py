"""The grammar of `.proto` files."""
