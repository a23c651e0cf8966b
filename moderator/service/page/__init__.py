"""The moderation page."""
