"""Events as they come in: what is read from them, whatever they hold."""
