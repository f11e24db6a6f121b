"""Writing what was decided about a contact, in one transaction, and measuring it."""
