"""Personal information: what is held of whom, for how long, and how it is shown and erased."""
