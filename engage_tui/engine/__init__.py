"""The running program: wires settings, store, platforms and stages; all that a face talks to."""
