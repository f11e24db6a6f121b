"""What each route of the API takes, does and shows: one file a kind of thing."""
