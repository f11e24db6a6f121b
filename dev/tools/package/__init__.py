"""The deployment package: a zip with the app, as it is sent to Azure for a remote build."""
