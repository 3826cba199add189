"""Wiring of all the rooms: web application, scheduler, command line, health and metrics."""
