"""Ready answers: the library of templates that a person or a rule can reply with."""
