"""What each message of the queue does when it arrives: one file a type; `shared.composition.handlers` has the table."""
