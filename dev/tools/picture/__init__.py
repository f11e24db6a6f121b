"""Draws docs/make-run.png, what a person sees of `make run`, from a real run."""
