"""Measures what the app costs beside the SDK calls that it makes: `python -m dev bench`."""
