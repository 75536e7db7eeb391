"""The commands that need no screen: click, and what they print."""
