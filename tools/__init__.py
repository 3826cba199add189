"""What builds the project; no part of the service, and importing nothing of it."""
