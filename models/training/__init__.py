"""Scripts that make the triage model; see `CARD.md` for data, command and figures."""
