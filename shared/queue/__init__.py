"""What travels on the Service Bus queues, and the port that sends it."""
