"""What keeps a package from being built or run."""


class PackageError(Exception):
    """Raised for a package that can't be built or run; the text says what to do."""
