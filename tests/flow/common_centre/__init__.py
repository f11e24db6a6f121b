"""One contact centre for all of these tests: each has customers of its own, and leaves the queue empty."""
