"""The states of the desk that people meet: each is brought about as it comes about, and left on the screen."""
