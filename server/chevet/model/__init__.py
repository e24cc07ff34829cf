"""Pure facts: structs, states, legal transitions. Nothing here reads a clock, a file or a socket."""
