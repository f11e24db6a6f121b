"""Files: their addresses, types and limits."""
