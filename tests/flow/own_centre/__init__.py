"""A contact centre for each of these files: with settings of its own, or started by a command."""
