"""Offline messages and petitions as cases, their routing and their statutory clocks."""
