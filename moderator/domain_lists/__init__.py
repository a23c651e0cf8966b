"""Domain lists: reading, looking up, refreshing."""
