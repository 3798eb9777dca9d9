"""A peer in a process of its own, which sleeps while another one is measured.

Thread pools of engines keep spinning after their work, and two of them in one process disturb each other.
"""

import multiprocessing
import os
import signal
import statistics
import time


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def serve(pipe, maker):
    """The life of the process: opens the peer and answers until it is told to end."""
    peer = maker()
    pipe.send((peer.name, peer.precision))
    while (request := pipe.recv()) is not None:
        kind, texts, batch = request
        if kind == "encode":
            pipe.send(peer.encode(texts, batch))
        elif kind == "seconds":
            pipe.send(seconds(lambda: peer.encode(texts, batch)))
        else:
            pipe.send(statistics.median(
                seconds(lambda: peer.encode([text], 1)) for text in texts))


class PeerProcess:
    def __init__(self, maker):
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, maker), daemon=True)
        self.process.start()
        other.close()
        self.name, self.precision = self.pipe.recv()
        self.stop()

    def stop(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def ask(self, kind, texts, batch):
        os.kill(self.process.pid, signal.SIGCONT)
        self.pipe.send((kind, texts, batch))
        answer = self.pipe.recv()
        self.stop()
        return answer

    def encode(self, texts, batch):
        return self.ask("encode", texts, batch)

    def seconds(self, texts, batch):
        """Time of one pass over the texts, without that of handing them over."""
        return self.ask("seconds", texts, batch)

    def latency(self, texts):
        """Median time of one text alone."""
        return self.ask("latency", texts, 1)

    def end(self):
        self.process.kill()
