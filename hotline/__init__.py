"""Voice channel: webhooks in, TwiML out."""
