from tests.search.conftest import library, tracker

__all__ = ["library", "tracker"]
