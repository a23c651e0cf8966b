"""The pages behind linkbacks: what stands on them, how they look, and how their servers answer."""
