"""The flows: each module holds a table STEPS of the places where a conversation can stand."""
