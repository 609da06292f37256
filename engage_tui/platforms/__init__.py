"""One connector for each platform behind one protocol; the only place with HTTP to platforms."""
