"""What the benches of whole programs share: start one, send it events, and take the CPU time that it spent on them."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
DEADLINE_SECONDS = 300
ENVIRONMENT = ROOT / ".build/bench/python"
REQUIREMENTS = ROOT / "scripts/support/bench/requirements.txt"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def wait_until(condition, what, process):
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if process.poll() is not None:
            sys.exit(f"{what}: the process ended with {process.returncode}")
        if time.monotonic() > end:
            process.kill()
            sys.exit(f"{what}: not done after {DEADLINE_SECONDS} s")
        time.sleep(0.05)


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def send(port, payload):
    with socket.create_connection(("127.0.0.1", port)) as out:
        view, step = memoryview(payload), 1 << 16
        for start in range(0, len(view), step):
            out.sendall(view[start:start + step])


class Siemd:
    def __init__(self, name, programs, rules):
        self.name, self.programs, self.rules = name, programs, rules

    def start(self, folder, port):
        self.folder = folder
        (folder / "perimeter.yml").write_text(
            f"data: {folder}/data\nmappings: {ROOT}/rules/mappings\nrules:\n  - {self.rules}\n"
            f"sources:\n  - name: bench\n    type: syslog_tcp\n    host: 127.0.0.1\n    port: {port}\n")
        return subprocess.Popen([self.programs / "siemd", "--config", folder / "perimeter.yml"],
                                stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w"))

    def finished(self, count):
        status = subprocess.run([self.programs / "siemctl", "status", "--config", self.folder / "perimeter.yml", "-o", "json"],
                                capture_output=True, text=True)
        if status.returncode != 0:
            return False
        answer = json.loads(status.stdout)
        ledger = answer["ledger"].get("bench", {})
        return ledger.get("stored", 0) + ledger.get("duplicate", 0) >= count and answer["lag_events"] == 0

    def written(self):
        return sum(f.stat().st_size for f in (self.folder / "data").glob("siem.db"))


def run_once(contender, payload, count):
    folder, port = pathlib.Path(tempfile.mkdtemp(prefix="bench-")), free_port()
    process = contender.start(folder, port)
    try:
        wait_until(lambda: listening(port), contender.name, process)
        time.sleep(0.3)
        before, begun = cpu_seconds(process.pid), time.monotonic()
        send(port, payload)
        wait_until(lambda: contender.finished(count), contender.name, process)
        seconds, wall = cpu_seconds(process.pid) - before, time.monotonic() - begun
        return {"rate": count / seconds, "wall": count / wall, "memory": peak_megabytes(process.pid),
                "bytes": contender.written() / count}
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def python_environment():
    """Installs DuckDB and chDB once; None if that cannot be done here."""
    stamp = ENVIRONMENT / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
            subprocess.run([ENVIRONMENT / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS],
                           check=True)
        except subprocess.CalledProcessError as error:
            print(f"· without DuckDB and chDB: {error}", file=sys.stderr)
            return None
        shutil.copy(REQUIREMENTS, stamp)
    return ENVIRONMENT / "bin/python"


def generated_events(count, per_second=None):
    """Records of five products, and a payload of syslog frames of them, one a line."""
    print(f"· generating {count} events of five products", file=sys.stderr)
    command = [ROOT / "scripts/generate-logs", "--events", str(count)] + (["--per-second", str(per_second)] if per_second else [])
    records = subprocess.run(command, capture_output=True, check=True)
    header = b"<134>1 2026-11-20T08:00:00.000Z collector audit - - - "
    return records.stdout, b"".join(header + line + b"\n" for line in records.stdout.splitlines())


def generated_rules(count, folder):
    """Writes so many rules into a folder, a thousand a file."""
    folder.mkdir(parents=True)
    text = subprocess.run([ROOT / "scripts/support/generate-rules", str(count)], capture_output=True, text=True, check=True).stdout
    documents = text.split("---\n")
    for start in range(0, len(documents), 1000):
        (folder / f"generated-{start:05d}.yml").write_text("---\n".join(documents[start:start + 1000]))
    return folder
