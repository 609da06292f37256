"""What the inbox screen does, a part a file; the screen itself only routes."""
