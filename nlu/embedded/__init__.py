"""The engine that is trained and runs inside the process."""
