"""Link verification: the only part that talks to strangers. Nothing is imported here."""
