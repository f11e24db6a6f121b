"""Intake: from an event to the queue or the quarantine, and back again."""
