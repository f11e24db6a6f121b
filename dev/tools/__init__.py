"""What a maintainer runs by hand: measurements, checks, the package. Tools may use the stack, never the reverse."""
