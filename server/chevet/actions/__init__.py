"""Use cases: a verb each, where two or more collaborators meet. `Parts` is what they share."""
