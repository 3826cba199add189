"""Staff users, roles, permissions and audit."""
