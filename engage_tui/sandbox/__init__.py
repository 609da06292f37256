"""Practice platforms: an in-process stand-in for real networks, and a demo brand with followers."""
