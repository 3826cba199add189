"""What a citizen meant: engines, interpretation, entities, evaluation."""
