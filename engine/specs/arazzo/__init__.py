"""Arazzo 1.0 and 1.1: workflows over the operations of other documents."""
