"""Curated entries, figures, citations and statutes: what the service holds to be true."""
