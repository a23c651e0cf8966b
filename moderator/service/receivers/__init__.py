"""Doors for pingbacks, trackbacks and webmentions."""
