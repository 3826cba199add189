"""Text channel: webhooks in, outbox out."""
