"""Outgoing texts: rows first, sent by a job, followed until they are delivered."""
