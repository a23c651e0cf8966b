"""Receivers of pingbacks, trackbacks and webmentions."""
