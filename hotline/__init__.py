"""The voice channel: calls, recordings, records; each provider's own part in a room of its own."""
