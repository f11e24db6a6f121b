"""From an event of ACS or of Meta to one message on the queue, or to the quarantine; nothing is decided here."""
