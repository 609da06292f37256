"""engage-tui: a terminal inbox for comments and direct messages."""

__version__ = "0.1.0"
