"""What the app remembers of a contact, and how it is kept in Table Storage."""
