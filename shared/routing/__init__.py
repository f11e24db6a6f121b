"""What happens when a message of the queue reaches its contact."""
