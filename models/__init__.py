"""The triage model that ships, and the scripts which make it."""
