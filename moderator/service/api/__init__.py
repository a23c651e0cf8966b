"""Our own JSON API."""
