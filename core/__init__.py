"""Plain parts that know nothing of labour law: database, state, clock, phones, sealing."""
