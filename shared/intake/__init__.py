"""From an Event Grid event to one message on the queue, or to the quarantine; nothing is decided here."""
