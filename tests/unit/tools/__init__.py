"""What the repository is worked with: the stand-ins of the local stack, the package, the doctor, the costs."""
