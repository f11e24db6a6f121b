"""Bringing what is committed to the world: an ordered list of steps, one file each."""
