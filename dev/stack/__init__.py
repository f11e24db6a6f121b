"""Starts and ends the parts of the local stack."""
