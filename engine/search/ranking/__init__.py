"""The order of the candidates: weights, variety, reranking, and what is said of each hit."""
