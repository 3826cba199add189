"""Settings read once, and the data files that differ from place to place."""
