"""Reckons what messages cost, from counted operations and list prices: `python -m dev costs`."""
