"""Feature groups: pure functions from what is known about a linkback to numbers."""
