"""The models that come with the project, and how they are made."""
