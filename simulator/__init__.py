"""A stand-in for Twilio with a web phone, for development and tests."""
