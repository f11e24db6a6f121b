"""The files of the web desk: what they may use, what they say, how they look, and what they weigh."""
