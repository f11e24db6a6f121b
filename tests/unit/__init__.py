"""Fast tests on fakes alone."""
