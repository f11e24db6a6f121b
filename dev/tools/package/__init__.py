"""The deployment packages: zips with the app, complete or for a remote build, as they are sent to Azure."""
