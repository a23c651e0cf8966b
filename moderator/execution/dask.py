"""Sends pieces of work to Dask: a scheduler that runs already, or workers of this machine that end with the run.

Whoever reaches a scheduler can have its workers run anything, so it belongs into a network of its own, or behind TLS
(``tls://`` and Dask's own settings).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, as_completed, get_worker
from distributed.comm.addressing import parse_address, parse_host_port

from moderator.errors import ModeratorError, WorkersError, shown
from moderator.execution.processes import portable

__all__ = ["LOCAL", "Scheduler"]

LOCAL = "local"
"""The address that means: workers of this machine."""
_AHEAD = 3
"""Pieces in hand for each thread of a worker, so that none waits for this process."""
_TIMEOUT = 10
"""Seconds that a scheduler may take to answer."""
T = TypeVar("T")
R = TypeVar("R")


class _Work(WorkerPlugin):
    """What is done to every piece. Sent once to each worker, and to those that come later."""

    def __init__(self, name: str, work: Callable[[Any], Any]) -> None:
        self.name = name
        self.work = work

    def setup(self, worker: Any) -> None:
        """Lets Python look for reference cycles seldom: pieces hold none."""
        gc.set_threshold(200_000, 20, 20)


def _do(name: str, piece: Any) -> Any:
    """Does the work of that name to a piece; within a worker."""
    plugin: Any = get_worker().plugins[name]
    try:
        return plugin.work(piece)
    except Exception as error:
        raise portable(error) from None


class Scheduler:
    """A Dask scheduler and its workers, as `EachInAnyOrder`; as a context it lets go of them.

    A worker that dies is done without, or replaced by its own nanny; its pieces are begun again elsewhere.

    Args:
        address: Where the scheduler listens, as ``tcp://10.0.0.5:8786``; `LOCAL`: one of this machine's own.
        workers: Worker processes of `LOCAL`.

    Raises:
        WorkersError: Nothing answers there, or something that is no scheduler of a fitting version.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        self._local: Any = None
        try:
            if address == LOCAL:
                self._local = LocalCluster(
                    n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
                )
            else:
                # a client that was made for nonsense complains when it is thrown away
                parse_host_port(parse_address(address)[1])
            self._client = Client(self._local or address, timeout=_TIMEOUT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise WorkersError(
                f"no Dask scheduler answers at {shown(address)} ({error}); start one with `dask scheduler`, and "
                "workers with `dask worker ADDRESS`, or take --cluster local"
            ) from error

    def __call__(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Iterator[R]:
        """Does the work to every piece; results come as they are ready.

        Raises:
            WorkersError: Workers died over the same piece again and again, or the scheduler is gone.
        """
        name = f"moderator-{uuid4()}"
        try:
            self._client.register_plugin(_Work(name, work))
            try:
                yield from self._results(name, iter(pieces))
            finally:
                self._client.unregister_worker_plugin(name)
        except ModeratorError:
            raise
        except KilledWorker as error:
            raise WorkersError(
                f"workers died over the same piece again and again ({error}); most likely their memory ran out: "
                "take smaller partitions"
            ) from error
        except Exception as error:
            raise WorkersError(
                f"the cluster gave up ({type(error).__name__}: {error}); the same command goes on where it stood"
            ) from error

    def _results(self, name: str, pieces: Iterator[Any]) -> Iterator[Any]:
        def sent(count: int) -> list[Any]:
            return [self._client.submit(_do, name, piece, pure=False) for piece in islice(pieces, count)]

        running = as_completed(sent(self._room()), loop=self._client.loop)
        for future in running:
            yield future.result()
            future.release()
            room = self._room() - running.count()
            running.update(sent(max(room, 0)))

    def _room(self) -> int:
        """How many pieces may be in hand; at least one, which waits for the first worker."""
        return max(1, _AHEAD * int(sum(self._client.nthreads().values())))

    def __enter__(self) -> Scheduler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._local is not None:
            self._local.close()
