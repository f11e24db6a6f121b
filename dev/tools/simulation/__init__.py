"""Load on a running stack: customers who write numbered texts, and what became of each text."""
