"""Delivers what was promised to callers: the second half of the desk, in a process of its own."""
