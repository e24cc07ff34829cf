"""Stories in real browsers against a real server process."""
