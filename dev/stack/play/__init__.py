"""The page `/play`: a customer's phone and the desk side by side, both real."""
