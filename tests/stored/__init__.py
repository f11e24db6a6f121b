"""Rows as they were really written. They must decode for ever: what is stored is read for years."""
