"""gRPC: `.proto` files, their grammar and what becomes of it."""
