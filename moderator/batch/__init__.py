"""Queues of linkbacks, judged whole: read, put in order of time, scored, and written with their verdicts."""
