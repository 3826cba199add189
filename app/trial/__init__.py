"""One conversation on a throw-away database, without any network: for trials and tests."""
