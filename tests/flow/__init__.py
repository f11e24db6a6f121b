"""Flow tests: the whole local stack, from the HTTP POST of an Event Grid batch to the customer's phone."""
