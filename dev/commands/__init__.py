"""The sub-commands of `python -m dev`."""
