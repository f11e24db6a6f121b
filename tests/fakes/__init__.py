"""In-memory twins of the ports. They keep state, and pass the same contract tests as the real adapters."""
