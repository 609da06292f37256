"""The running program: wires settings, store, platforms and the stages; all that a face talks to."""
