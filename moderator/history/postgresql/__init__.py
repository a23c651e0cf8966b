"""A history that several hosts share, in PostgreSQL; needs the extra ``postgresql``."""
