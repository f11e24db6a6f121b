"""Fast tests, without a process or a socket of their own."""
