"""Whatever comes in: nothing answers with a fault, and no worker is lost."""
