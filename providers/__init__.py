"""Everything that leaves the process: texts, calls, recordings."""
