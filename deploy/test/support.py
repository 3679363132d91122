"""What the tests of the recipes have in common: a store, an archive of events in it, two versions of a function, and an
engine that plays a cluster: it starts parts, loses some of them, and starts those again by the recipe's own rules."""

import gzip
import json
import logging
import os
import random
import signal
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

import boto3
from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer

# It tells each request, and its Batch would run containers.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
default_user_config["batch"]["use_docker"] = False

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "scale-engines.md").read_text()
# Another program than the built one may be tried, as packaging/ does.
SEGFN = str((ROOT / os.environ.get("SEGFN_BUILT", "target/debug") / "segfn").resolve())
LINTERS = ROOT / "packaging" / ".linters" / "bin"

PARTS, OBJECTS, EACH = 4, 12, 5

BASE = """
async function onTrack(event, settings) {
  const { total, bad } = event.properties;
  if (bad) throw new ValidationError('bad order ' + event.userId);
  await fetch('https://api.example.com/orders?v=1', { method: 'POST', body: JSON.stringify({ total }) });
}
"""
CANDIDATE = BASE.replace("?v=1", "?v=2").replace("ValidationError", "RetryError")


def lines(start):
    """The events of an object, as NDJSON."""
    for number in range(start, start + EACH):
        properties = {"total": number, "bad": number % 7 == 3}
        yield json.dumps({"type": "track", "event": "Order", "userId": f"u{number}", "properties": properties}) + "\n"


class Workspace(unittest.TestCase):
    """A test with a folder that has `base/` and `candidate/`, and an archive in a store of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="segfn-deploy-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name, code in (("base", BASE), ("candidate", CANDIDATE)):
            (self.folder / name).mkdir()
            (self.folder / name / "function.js").write_text(code)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        self.addCleanup(server.stop)
        self.address = "127.0.0.1:{1}".format(*server.get_host_and_port())
        # What it has is the process's.
        urllib.request.urlopen(f"http://{self.address}/moto-api/reset", data=b"").close()
        self.aws = f"http://test:test@{self.address}"
        self.s3 = self.client("s3")
        for bucket in ("ARCHIVE", "RESULTS"):
            self.s3.create_bucket(Bucket=self.bucket(bucket))
        for number in range(OBJECTS):
            body = gzip.compress("".join(lines(number * EACH)).encode())
            self.s3.put_object(Bucket=self.bucket("ARCHIVE"), Key=f"segment-logs/SOURCE/{number:03}.gz", Body=body)

    def bucket(self, placeholder):
        return {"ARCHIVE": "an-archive", "RESULTS": "of-results"}[placeholder]

    def placed(self, text):
        """A recipe's text with what a user puts in place of its placeholders."""
        return text.replace("ARCHIVE", self.bucket("ARCHIVE")).replace("RESULTS", self.bucket("RESULTS"))

    def client(self, service, key="test", secret="test"):
        return boto3.client(
            service,
            endpoint_url=f"http://{self.address}",
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    def start(self, args, env=None):
        # No variable of an engine that runs these tests themselves.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [SEGFN, *args], cwd=self.folder, env={**kept, **(env or {})}, stdout=pipe, stderr=pipe, text=True
        )

    def segfn(self, *args, env=None):
        """Runs it to its end: the exit code and what was written."""
        process = self.start(args, env)
        stdout, stderr = process.communicate(timeout=120)
        return process.returncode, stdout, stderr

    def write_manifest(self):
        code, manifest, stderr = self.segfn("inputs", self.placed("s3://ARCHIVE/segment-logs/"), "--aws", self.aws)
        self.assertEqual(code, 0, stderr)
        self.s3.put_object(Bucket=self.bucket("RESULTS"), Key="RUN/manifest.json", Body=manifest.encode())

    def assert_whole(self, merged):
        """The report of all parts is that of a run on one machine."""
        args = ("diff", "base", "candidate", self.placed("s3://ARCHIVE/segment-logs/"))
        whole = self.segfn(*args, "--cold", "--json", "--aws", self.aws)
        self.assertEqual(whole[0], 1, whole[2])
        found = json.loads(whole[1])
        self.assertEqual((found["inputs"], found["different"]), (OBJECTS * EACH, OBJECTS * EACH), whole[1])
        self.assertEqual(merged[:2], whole[:2], merged[2])


class Engine:
    """Starts each part until it is done, two at a time. `command` gives the arguments and the environment of a part,
    from 0; `rule` says what follows from an exit code and from whether the machine left."""

    def __init__(self, workspace, command, rule, attempts):
        self.workspace, self.command, self.rule, self.attempts = workspace, command, rule, attempts
        self.starts, self.lost = 0, 0
        self.random = random.Random(20)

    def run(self, parts, losing=0.0):
        """What became of the job: `complete`, or the exit code for which it failed and what was told."""
        waiting, running, started = [(part, 1) for part in range(parts)], [], set()
        while waiting or running:
            while waiting and len(running) < 2:
                part, attempt = waiting.pop(0)
                args, env = self.command(part)
                running.append((part, attempt, self.workspace.start(args, env)))
                self.starts += 1
            part, attempt, process = running.pop(0)
            # Each part loses its first machine, if any are lost, and perhaps more.
            left = losing > 0 and (part not in started or self.random.random() < losing)
            started.add(part)
            if left:
                try:
                    # The first is lost before it can do anything.
                    process.wait(self.random.random() / 2 if self.lost else 0)
                except subprocess.TimeoutExpired:
                    process.send_signal(self.random.choice((signal.SIGTERM, signal.SIGKILL)))
                    self.lost += 1
            _, stderr = process.communicate(timeout=120)
            # As a container's runtime says it.
            code = process.returncode if process.returncode >= 0 else 128 - process.returncode
            if code == 0:
                continue
            match self.rule(code, left):
                case "ignore":
                    waiting.append((part, attempt))
                case "retry" if attempt < self.attempts:
                    waiting.append((part, attempt + 1))
                case _:
                    for *_, other in running:
                        other.kill()
                        other.communicate()
                    return code, stderr
        return "complete"
