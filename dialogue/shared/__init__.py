"""The shared layer: what every turn is looked at for, before the flow's own handler."""
