"""CPU seconds and memory of processes, sampled while they run."""

import threading
import time
from bisect import bisect_right

import psutil

_SECONDS = 0.5
_MEMORY_EVERY = 3  # samples: asking for shared pages takes milliseconds a process


class Sampler:
    """Samples a process and all its descendants, or that process alone, until stopped.

    What a process uses in its last half second is missed.
    """

    def __init__(self, pid: int, *, descendants: bool) -> None:
        self._root = psutil.Process(pid)
        self._descendants = descendants
        self._cpu: dict[int, float] = {}
        self._moments: list[float] = []
        self._sums: list[float] = []
        self._bytes: list[int] = []
        self._sample()  # what a process that runs already has used before
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more samples."""
        self._stopping.set()
        self._thread.join()

    def cpu_seconds(self, begin: float, end: float) -> float:
        """CPU seconds, user and system, between two moments (seconds since the epoch)."""
        return self._cpu_until(end) - self._cpu_until(begin)

    def peak_mb(self) -> float:
        """The most memory at one time; pages that processes share are counted once."""
        return max(self._bytes, default=0) / 1e6

    def _cpu_until(self, moment: float) -> float:
        """Interpolated between the samples before and after the moment."""
        after = bisect_right(self._moments, moment)
        if after == 0:
            return self._sums[0]
        if after == len(self._moments):
            return self._sums[-1]
        t0, t1 = self._moments[after - 1 : after + 1]
        s0, s1 = self._sums[after - 1 : after + 1]
        return s0 + (s1 - s0) * (moment - t0) / (t1 - t0)

    def _run(self) -> None:
        while not self._stopping.wait(_SECONDS):
            self._sample()

    def _sample(self) -> None:
        with_memory = len(self._moments) % _MEMORY_EVERY == 0
        used = 0
        for process in self._processes():
            try:
                times = process.cpu_times()
                if with_memory:
                    used += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # it has just ended; what it used so far stays counted
            self._cpu[process.pid] = times.user + times.system
        self._moments.append(time.time())
        self._sums.append(sum(self._cpu.values()))
        self._bytes.append(used)

    def _processes(self) -> list[psutil.Process]:
        try:
            children = self._root.children(recursive=True) if self._descendants else []
        except psutil.NoSuchProcess:
            return []
        return [self._root, *children]


def listener_on(port: int) -> int | None:
    """The process of this machine that listens on a port; None when there is none to see."""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            pid: int | None = connection.pid
            return pid
    return None
