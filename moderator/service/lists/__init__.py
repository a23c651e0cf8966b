"""Lists of decisions: published for others, and refreshed from those that the owner subscribes to."""
