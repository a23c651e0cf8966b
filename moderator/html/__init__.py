"""Reading pages: bytes in, facts out. Nothing here talks to anybody."""
