"""Runs in a process of its own, without Django: imports nothing of the project but itself."""
