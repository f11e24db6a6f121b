"""Files of customers and agents: where copies and uploads are kept, of what type they are, and what WhatsApp takes."""
