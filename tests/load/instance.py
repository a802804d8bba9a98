"""A demo instance of the platform, as `souk up` runs it, with ports and data of its own."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

SERVICES = ("api-gateway", "user-service", "product-service", "order-service")
SERVICES += ("payment-service", "inventory-service", "notification-service")
DATABASES = ("user", "product", "order", "payment", "inventory", "notification")
# HTTP and gRPC from the first on, ten for each replica; then as many for operations, of which the last is the provider's.
PORTS_OF_A_REPLICA = 10
START_SECONDS = 240  # seven processes and three servers, on a machine that does other things too
STOP_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


class CannotMeasure(Exception):
    """What was to be measured does not run, or did not do what it was measured at."""


def wait_until(holds, seconds, what):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise CannotMeasure(f"{what}: not within {seconds} s")
        time.sleep(0.01)


def free_ports(count):
    """The first of a row of free ports, below those that the kernel hands out by itself."""

    def is_free(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0 and not bind_fails(port)

    while True:
        first = random.randint(10_000, 32_000)
        if all(is_free(port) for port in range(first, first + count)):
            return first


def bind_fails(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def postgres_programs():
    folders = pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench")
    newest = max(folders, key=lambda path: int(path.parts[-3]), default=None)
    if newest is None:
        raise CannotMeasure("PostgreSQL's pgbench is not installed: run scripts/setup.sh")
    return newest.parent


class Instance:
    """Owned by one `with` block, at whose end nothing of it runs any more."""

    def __init__(self, programs, folder, processes=False, replicas=1, settings=None):
        self.programs, self.folder, self.processes = programs, folder, processes
        self.replicas = replicas
        self.settings = settings or {}
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        half = PORTS_OF_A_REPLICA * replicas
        self.port = free_ports(2 * half)
        self.ops_port, self.provider_port = self.port + half, self.port + 2 * half - 1
        self.url = f"http://127.0.0.1:{self.port}"
        self.child = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Until it is ready; gives the seconds that it took."""
        log_path = self.folder / "souk.log"
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {
            "SOUK_DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "OPS_PORT": str(self.ops_port),
            "SANDBOX_PAYMENT_PORT": str(self.provider_port),
            "SOUK_RATE_LIMITS": "off",
        }
        environment |= self.settings
        command = [self.programs / "souk", "up"]
        if self.processes:
            command += ["--processes", "--replicas", str(self.replicas)]
        begun = time.monotonic()
        with log_path.open("wb") as log:
            self.child = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        waiting = [f"http://127.0.0.1:{port}/readyz" for port in self._ops_ports()]

        def is_ready():
            if self.child.poll() is not None:
                raise CannotMeasure(f"souk up ended at its start: {log_path.read_text()[-3000:]}")
            while waiting and answers(waiting[0]):
                waiting.pop(0)
            return not waiting

        wait_until(is_ready, START_SECONDS, "the platform's start")
        took = time.monotonic() - begun
        # On the first start the demo shop is made after that.
        wait_until(lambda: b"Souk is open" in log_path.read_bytes(), START_SECONDS, "the demo shop")
        return took

    def urls(self):
        """Of each replica of the gateway."""
        ports = range(self.port, self.port + PORTS_OF_A_REPLICA * self.replicas, PORTS_OF_A_REPLICA)
        return [f"http://127.0.0.1:{port}" for port in ports]

    def _ops_ports(self):
        if not self.processes:
            return [self.ops_port]
        firsts = [self.ops_port + PORTS_OF_A_REPLICA * i for i in range(self.replicas)]
        return [first + i for first in firsts for i in range(len(SERVICES))]

    def stop(self):
        if self.child is None:
            return
        others = {pid: program_of(pid) for name, pid in self.pids().items() if name != "souk"}
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            for pid, name in others.items():
                if name not in ("postgres", "") and program_of(pid) == name:
                    os.kill(pid, signal.SIGTERM)
        self.child = None
        self._end_orphaned_postgres()
        for pid, name in others.items():
            wait_until(lambda: program_of(pid) != name, STOP_SECONDS, f"the end of {name}")

    def _end_orphaned_postgres(self):
        """A platform that was killed, or that fell, has left its server behind."""
        pid_file = self.data / "postgres/data/postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        if program_of(pid) == "postgres":
            os.kill(pid, signal.SIGINT)
            wait_until(lambda: program_of(pid) != "postgres", 30, "PostgreSQL's end")

    def postgres_environment(self):
        """With what PostgreSQL's programs reach its server, as the superuser."""
        lines = (self.data / "postgres/data/postmaster.pid").read_text().splitlines()
        own = {"PGHOST": lines[4], "PGPORT": lines[3], "PGUSER": "postgres"}
        return os.environ | own | {"PATH": f"{postgres_programs()}:{os.environ['PATH']}"}

    def sql(self, database, query, user="postgres"):
        """The rows of one query, as lists of text."""
        command = ["psql", "-XAtq", "-F", "\t", "-U", user, "-d", database, "-c", query]
        output = subprocess.run(
            command, env=self.postgres_environment(), check=True, capture_output=True, text=True
        ).stdout
        return [line.split("\t") for line in output.splitlines()]

    def number(self, database, query):
        return int(self.sql(database, query)[0][0])

    def pids(self):
        """What runs, by name: souk, the services (the second replica is order-service-2), sandbox-provider, and the
        first process of each server."""
        found = {}
        for line in pathlib.Path(f"/proc/{self.child.pid}/task").iterdir():
            for pid in (line / "children").read_text().split():
                name, replica = program_of(int(pid)), 1
                while (key := name if replica == 1 else f"{name}-{replica}") in found:
                    replica += 1
                found[key] = int(pid)
        return found | {"souk": self.child.pid}

    def _own(self):
        """Processes that are the platform's own, by name."""
        pids = self.pids()
        names = [f"{name}-{i}" for name in SERVICES for i in range(2, self.replicas + 1)]
        return {name: pids[name] for name in ("souk", *SERVICES, *names) if name in pids}

    def resident_mb(self):
        """Of all services, of what watches over them, and of the sandbox provider."""
        own = {name: resident_mb(pid) for name, pid in self._own().items()}
        supervisor = own.pop("souk") if self.processes else 0
        resident = {"platform": sum(own.values())}
        if self.processes:
            resident["supervisor"] = supervisor
        return resident | {"sandbox_provider": resident_mb(self.pids()["sandbox-provider"])}

    def cpu_seconds(self):
        """Used up so far, by part."""
        pids = self.pids()
        platform = sum(map(cpu_seconds, self._own().values()))
        postgres = pids["postgres"]
        servers = [postgres, *children_of(postgres)]
        return {
            "platform": platform,
            "postgres": sum(map(cpu_seconds, servers)),
            "sandbox_provider": cpu_seconds(pids["sandbox-provider"]),
        }


def program_of(pid):
    try:
        return pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name
    except OSError:
        return ""


def children_of(pid):
    try:
        return [*map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except OSError:
        return []  # it has just ended


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise CannotMeasure(f"process {pid} has ended")


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0  # a server process of PostgreSQL that has just ended
    return (int(fields[11]) + int(fields[12])) / TICKS
