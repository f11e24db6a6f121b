"""A stand-in for the command lines of Azure, so that the deployment scripts run without an account."""
