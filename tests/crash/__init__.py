"""Killing the program while it sends, and judging what is left by people who do not know it."""
