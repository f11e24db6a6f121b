"""Bringing what was committed to the channel, and recording what became of it."""
