"""Rating invitations, replies and the monthly ranking of offices."""
