"""What an attacker wants, and what stops them: one test an attack."""
