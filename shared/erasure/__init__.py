"""Erasing a contact wherever it is stored, on demand or because its time is over, and handing out all of it before."""
