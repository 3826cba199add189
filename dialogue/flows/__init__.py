"""The flows of the dialogue; ``dialogue.flows.registry`` lists them."""
