"""Starts and stops `ajan serve` for tests and load runs."""

import json
import os
import signal
import subprocess
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AJAN = os.environ.get("AJAN", str(ROOT / ".build/release/ajan"))


class Served:
    """A running server. Use it in a `with` statement."""

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen(
            [AJAN, "serve", "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            text=True,
        )
        self.log = []
        self.url = None
        for line in self.process.stderr:
            self._note(line)
            if self.url:
                break
        if not self.url:
            raise RuntimeError("the server did not start: " + " ".join(map(str, self.log)))
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _note(self, line):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"message": line.strip()}
        self.log.append(entry)
        if entry.get("message") == "listening":
            self.url = entry["address"].rstrip("/")

    def _read(self):
        for line in self.process.stderr:
            self._note(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def stop(self, seconds=60):
        """SIGTERM, then the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=seconds)
        self.reader.join(timeout=10)
        return status

    def post(self, path, body):
        """The status and the JSON of a POST; `body` is bytes or something to be written as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def resident_bytes(self):
        """Memory of the server that is in use."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")
