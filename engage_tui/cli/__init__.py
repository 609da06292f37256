"""The command line: everything that the screens do, as tables for people and JSON for programs."""
