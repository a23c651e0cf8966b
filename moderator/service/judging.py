"""The name that `moderator.service.worker` had in 0.1, kept for programs that were written for it."""

from moderator.service.worker import Worker, WorkerPool, _with_words

__all__ = ["Worker", "WorkerPool", "_with_words"]
