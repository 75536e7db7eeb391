"""The front ends: the app on a full screen, and the commands."""
