"""The console: one screen over the engine, in Textual."""
