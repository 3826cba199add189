"""What a citizen meant: act, topic, entities and language of one message. Knows nothing of law."""
