"""The team of an environment: agents from a file, and loads that say what conversations do."""
