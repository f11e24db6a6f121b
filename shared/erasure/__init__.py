"""Erasing a contact wherever it is stored, what is kept for how long, and handing out all of it."""
