"""Question to hits: words (FTS5) and meaning (FAISS), fused."""
