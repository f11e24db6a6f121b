"""Turns: who waits is matched with who is free."""
