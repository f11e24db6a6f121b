"""The deployment package: which files go along, how it is built, laid out and refused."""
