"""What callers of the API ask for, carried out: decided, committed once, and settled."""
