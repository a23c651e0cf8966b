"""What a stranger could try: every finding, every door, every expression."""
