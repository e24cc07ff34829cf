"""One file per outside thing: what Chevet asks of it, and what it answers."""
