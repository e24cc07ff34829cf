"""Live encounters: who sits where, what each has yet to read. In memory, on the event loop, rebuilt by rejoining."""
