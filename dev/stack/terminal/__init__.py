"""What a person sees of a stack: its start, its addresses, and one line for each event; the log goes to a file."""
