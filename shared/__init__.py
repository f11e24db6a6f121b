"""The contact centre: all that the functions do."""
