"""The web desk as it is served: its page, its files, and what it may do in a browser."""
