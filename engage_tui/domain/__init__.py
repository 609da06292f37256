"""Plain typed data and pure functions: no I/O and no clock, time comes in as an argument."""
