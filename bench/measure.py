"""What the benchmark scripts share: the machine, processes with their CPU and memory, servers, tables."""

import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def fail(message):
    sys.exit(f"{Path(sys.argv[0]).name}: {message}")


def machine():
    """Model, cores, memory, kernel, compiler: what a figure means nothing without."""
    lscpu = subprocess.run(["lscpu"], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    fields = dict(re.findall(r"^\s*([^:\n]+):\s+(.*)$", lscpu, re.M))
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout.splitlines()
    release = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return {
        "cpu": f"{fields.get('Model name', platform.processor())} "
               f"(family {fields.get('CPU family', '?')}, model {fields.get('Model', '?')})",
        "cores": os.cpu_count(),
        "caches": ", ".join(f"{name} {fields[name + ' cache']}" for name in ("L1d", "L2", "L3")
                            if name + " cache" in fields),
        "vectors": " ".join(flag for flag in ("avx2", "avx512f", "avx512_vnni", "amx_int8", "asimd")
                            if flag in fields.get("Flags", "").split()),
        "hypervisor": fields.get("Hypervisor vendor", "none"),
        "memory_gib": round(int(memory[1]) / 2**20, 1),
        "kernel": platform.release(),
        "system": release[1] if release else platform.system(),
        "compiler": compiler[0] if compiler else "unknown",
    }


def busy_seconds():
    """CPU seconds that all processes of the machine have used, time stolen by its host included."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _, _, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq + steal) / TICK


def process_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def process_memory(pid):
    """Bytes of /proc/PID/status: VmRSS, RssAnon, RssFile."""
    status = Path(f"/proc/{pid}/status").read_text()
    return {name: int(kib) * 1024
            for name, kib in re.findall(r"^(VmRSS|RssAnon|RssFile|VmHWM):\s+(\d+) kB", status, re.M)}


def run_measured(command, stdin=None):
    """Runs to the end: wall, user and system seconds, peak resident and peak anonymous memory, standard output."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True)
    peak = {"anonymous": 0}
    ended = threading.Event()

    def watch():
        while not ended.wait(0.02):
            try:
                peak["anonymous"] = max(peak["anonymous"], process_memory(process.pid).get("RssAnon", 0))
            except (FileNotFoundError, ProcessLookupError):
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    process.stdout.close()
    if process.returncode != 0:
        fail(f"{' '.join(map(str, command))} ended with {process.returncode}: {output[-2000:]}")
    return {
        "wall_seconds": round(wall, 3),
        "user_seconds": round(usage.ru_utime, 3),
        "system_seconds": round(usage.ru_stime, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_resident_mb": round(usage.ru_maxrss * 1024 / 1e6, 1),
        "peak_anonymous_mb": round(peak["anonymous"] / 1e6, 1),
    }, output


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, timeout=30):
    with urllib.request.urlopen(url, timeout=timeout) as response:
        return response.read()


class Server:
    """A server on one core, from its start until the end of the `with` block."""

    def __init__(self, name, command, port, ready_path, core=0):
        self.name, self.port, self.ready_path = name, port, ready_path
        pinned = ["taskset", "-c", str(core)] if core is not None and shutil.which("taskset") else []
        self.log = Path(os.environ.get("TMPDIR", "/tmp")) / f"bookreco-bench-{os.getpid()}-{port}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*pinned, *map(str, command)], stdout=log, stderr=log)

    def __enter__(self):
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None:
                fail(f"{self.name} ended at its start: {self.log.read_text()[-2000:]}")
            try:
                get(self.url(self.ready_path), timeout=5)
                return self
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return self
            except (urllib.error.URLError, OSError):
                pass
            if time.monotonic() > deadline:
                self.stop()
                fail(f"{self.name} was not ready in 60 s: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.unlink(missing_ok=True)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


def book_ids(server):
    """Every id of the catalogue, by its pages."""
    ids, page = [], 1
    while True:
        answer = json.loads(get(server.url(f"/v1/books?page_size=200&page={page}")))
        books = answer["books"]
        ids += [book["id"] for book in books]
        if not books or len(ids) >= answer["total"]:
            return ids
        page += 1


def median(values):
    return statistics.median(values)


def table(headers, rows):
    """Lines of a Markdown table; numbers to the right."""
    texts = [[f"{cell:,.3f}".rstrip("0").rstrip(".") if isinstance(cell, float) else
              f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headers), *texts]) for i in range(len(headers))]
    right = [bool(rows) and isinstance(rows[0][i], (int, float)) for i in range(len(headers))]

    def line(cells):
        return "| " + " | ".join(cell.rjust(width) if end else cell.ljust(width)
                                 for cell, width, end in zip(cells, widths, right)) + " |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if end else "-") for width, end in zip(widths, right)) + "|"
    return "\n".join([line(list(headers)), rule, *map(line, texts)])


def write_json(path, value):
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(value, indent=1) + "\n")
