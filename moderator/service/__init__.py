"""The service: receivers, APIs and the moderation page around one moderator; needs the extra ``[serve]``."""
