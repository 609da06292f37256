"""Figures from events, and the goals set on them."""
