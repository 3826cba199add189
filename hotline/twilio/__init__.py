"""Twilio's voice: its webhooks in, TwiML out."""
