"""Akismet's API, so that its clients can be pointed at us."""
