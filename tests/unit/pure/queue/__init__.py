"""What travels on the queues."""
