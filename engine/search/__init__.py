"""Question to hits: words (BM25F, in memory) and meaning (FAISS), fused."""
