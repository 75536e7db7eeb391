"""Logging, metrics and health: what happened, told without a screen."""
