"""Web console for staff users over the domain rooms."""
