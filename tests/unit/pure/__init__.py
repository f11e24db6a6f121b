"""Decisions, readings and rules: what goes in comes out, nothing is kept."""
