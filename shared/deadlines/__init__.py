"""What has to happen because time has passed: one file a kind, and the one timer of a contact."""
