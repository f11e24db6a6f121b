"""What is sent to Azure, in an environment like the one that Azure makes for it."""
