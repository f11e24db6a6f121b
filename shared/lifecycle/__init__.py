"""The life of a conversation: which change leads from where to where, and what each one does. Pure."""
