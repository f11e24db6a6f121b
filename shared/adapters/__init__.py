"""The only modules that import an Azure SDK; each turns the vendor's errors into the app's own."""
