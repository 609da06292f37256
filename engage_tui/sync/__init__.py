"""Brings messages in: from files that people have, and from the platforms."""
