"""Queues of linkbacks: where they are read, how they are judged again, where the verdicts go."""
