"""deploy/spark/: Spark on this machine runs functions over archives, as docs/scale-engines.md shows, and gives what
`segfn run` gives without it."""

import contextlib
import gzip
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "deploy" / "spark"
SEGFN = (ROOT / os.environ.get("SEGFN_BUILT", "target/debug") / "segfn").resolve()
PAGE = (ROOT / "docs" / "scale-engines.md").read_text()

EVENTS = 300
CURRENCIES = ("EUR", "JPY", "USD")  # JPY has no rate, so that its orders fail.


def event(number):
    properties = {"order_id": f"A-{number}", "total": number / 4, "currency": CURRENCIES[number % 3]}
    context = {"ip": "198.51.100.7" if number % 10 == 5 else "192.0.2.1"}
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": f"m{number}",
        "userId": f"u\u2028{number}",
        "context": context,
        "properties": properties,
    }


def block(holding):
    """The example of the page that has a certain text."""
    (found,) = (text for text in re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S) if holding in text)
    return found


def bare(outcome):
    """An outcome, as JSON, without its times and the place of its input."""
    outcome = json.loads(outcome)
    for name in ("ms", "input"):
        del outcome[name]
    for log in outcome.get("logs", []):
        del log["time"]
    return outcome


def in_order(outcomes):
    return sorted((bare(each) for each in outcomes), key=lambda each: json.dumps(each, sort_keys=True))


def written(folder):
    """The lines of all files in a folder that Spark wrote."""
    for file in sorted(folder.glob("part-*")):
        text = file.read_bytes()
        yield from (gzip.decompress(text) if file.suffix == ".gz" else text).decode().split("\n")[:-1]


class Recipe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="segfn-spark-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        shutil.copytree(ROOT / "functions", cls.folder / "functions")
        # Beside the job's own arguments, and on the path.
        (cls.folder / "segfn").symlink_to(SEGFN)
        shutil.copy(cls.folder / "functions" / "enrich-orders" / "function.js", cls.folder)
        os.environ |= {
            "PATH": f"{cls.folder}:{os.environ['PATH']}",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(RECIPE),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        sys.path.insert(0, str(RECIPE))
        cls.addClassCleanup(os.chdir, os.getcwd())
        os.chdir(cls.folder)

        cls.events = [json.dumps(event(number), ensure_ascii=False) for number in range(EVENTS)]
        Path("events.ndjson").write_text("".join(f"{each}\n" for each in cls.events))
        cls.expected = cls.run_alone("functions/enrich-orders")

        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]")
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "OFF",
            # Smaller than partitions, so that a process has several batches.
            "spark.sql.execution.arrow.maxRecordsPerBatch": "40",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        cls.spark = builder.getOrCreate()
        cls.addClassCleanup(cls.spark.stop)
        rows = cls.spark.read.json("events.ndjson")
        rows.repartition(3).write.parquet("archive.parquet")
        columns = ("messageId AS message_id", "userId AS user_id", "event AS event_text", "context.ip AS context_ip")
        lake = rows.selectExpr(*columns, "properties.*")
        lake.write.parquet("lake/order_completed")

    @classmethod
    def run_alone(cls, function, *flags, events="events.ndjson"):
        done = subprocess.run(
            [SEGFN, "run", function, events, "--json", "--deny-net", *flags], capture_output=True, text=True
        )
        if done.returncode not in (0, 1):
            raise AssertionError(done.stderr)
        return done.stdout.split("\n")[:-1]

    def show(self, holding, **names):
        names = {"spark": self.spark, **names}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(block(holding), names)
        return names

    def by_id(self, expected):
        ids = (json.loads(each)["messageId"] for each in self.events)
        return {id: bare(outcome) for id, outcome in zip(ids, expected, strict=True)}

    def test_lines_are_piped_through_segfn(self):
        self.show("pipe_outcomes")
        found = in_order(written(self.folder / "outcomes"))
        self.assertEqual(found, in_order(self.expected))
        self.assertEqual({each["class"] for each in found}, {"success", "discard", "filtered"})

    def test_rows_of_parquet_keep_their_outcomes(self):
        rows = self.show("archive.parquet")["outcomes"].collect()
        self.assertEqual({row.messageId: bare(row.outcome) for row in rows}, self.by_id(self.expected))
        for row in rows:
            self.assertEqual(row["class"], json.loads(row.outcome)["class"])

    def test_rows_of_a_lake_are_events_again_and_can_be_compared(self):
        names = self.show("order_completed")
        expected = self.by_id(self.expected)
        for row in names["outcomes"].collect():
            outcome = bare(row.outcome)
            self.assertEqual(outcome["class"], expected[row.message_id]["class"])
            value = expected[row.message_id].get("value") or {}
            self.assertEqual((outcome.get("value") or {}).get("properties"), value.get("properties"))
        self.show('text("ndjson")', events=names["events"])
        done = subprocess.run(
            [SEGFN, "diff", "functions/redact-emails", "functions/enrich-orders", "ndjson", "--json"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout)["inputs"], EVENTS)

    def test_a_function_that_fails_and_hangs_has_outcomes(self):
        Path("hangs.js").write_text(
            "async function onTrack({ messageId }) {\n"
            "  if (messageId === 'm7') while (true) ;\n"
            "  if (messageId === 'm8') { const all = []; while (true) all.push(new Array(1e6).fill(messageId)); }\n"
            "  throw new Error(messageId);\n"
            "}\n"
        )
        from segfn_spark import command, pipe_outcomes, with_outcomes

        run = command("hangs.js", "--timeout", "3s", "--memory", "64")
        lines = self.spark.sparkContext.parallelize(self.events[:30], 2)
        piped = [json.loads(each) for each in pipe_outcomes(lines, run).collect()]
        frame = self.spark.createDataFrame([(each,) for each in self.events[:30]], ["event"])
        in_rows = [json.loads(row.outcome) for row in with_outcomes(frame, run).collect()]
        for outcomes in (piped, in_rows):
            self.assertEqual(len(outcomes), 30)
            self.assertNotIn("success", {each["class"] for each in outcomes})
            names = {each["error"]["name"] for each in outcomes}
            self.assertEqual(names, {"Error", "Timeout", "MemoryLimit"})

    def test_what_is_no_event_is_null_in_rows_and_fails_lines(self):
        from segfn_spark import command, pipe_outcomes, with_outcomes

        run = command("functions/enrich-orders")
        # A first, a whole batch, and a last one that can't be read; and an event that takes several lines.
        pretty = json.dumps(json.loads(self.events[0]), indent=2)
        events = ["{", *["null"] * 90, self.events[1], None, pretty, "[]", "x"]
        frame = self.spark.createDataFrame(list(enumerate(events)), ["number", "event"]).coalesce(1)
        found = {row.number: row["class"] for row in with_outcomes(frame, run).collect()}
        self.assertEqual(list(found), list(range(len(events))))
        read = {number: each for number, each in found.items() if each is not None}
        self.assertEqual(read.pop(91), "discard")
        self.assertEqual(read.pop(93), "success")
        self.assertLessEqual(set(read), {94})
        with self.assertRaisesRegex(Exception, "Pipe function .* exited with error code 4"):
            pipe_outcomes(self.spark.sparkContext.parallelize([self.events[0], "{"], 1), run).collect()

    def test_a_function_that_cannot_be_loaded_ends_the_job_and_is_told(self):
        from segfn_spark import command, pipe_outcomes, with_outcomes

        Path("broken.js").write_text("async function onTrack( {")
        frame = self.spark.createDataFrame([(each,) for each in self.events], ["event"])
        with self.assertRaisesRegex(Exception, "ended with 3: (.*\n)*.*broken.js"):
            with_outcomes(frame, command("broken.js")).collect()
        lines = self.spark.sparkContext.parallelize(self.events, 2)
        with self.assertRaisesRegex(Exception, "Pipe function .* exited with error code 3"):
            pipe_outcomes(lines, command("broken.js")).collect()

    def test_functions_reach_no_host_unless_one_is_allowed(self):
        from segfn_spark import command

        self.assertIn("--deny-net", command("f.js"))
        self.assertNotIn("--deny-net", command("f.js", "--allow-net=api.example.com"))
        self.assertNotIn("--deny-net", command("f.js", "--allow-net", "api.example.com"))

    def test_it_is_a_job(self):
        expected = self.run_alone("function.js")
        commands = re.findall(r"^spark-submit .*$", PAGE, re.M)
        self.assertEqual(len(commands), 2)
        places = {
            "segfn_spark.py": str(RECIPE / "segfn_spark.py"),
            "s3a://ARCHIVE/ndjson": "events.ndjson",
            "s3a://ARCHIVE/parquet": "archive.parquet",
            "s3a://RESULTS/outcomes": "job-lines",
            "s3a://RESULTS/outcomes-by-id": "job-rows",
        }
        for each in commands:
            program, *words = (places.get(word, word) for word in shlex.split(each))
            program = Path(sys.executable).parent / program
            done = subprocess.run([program, "--master", "local[2]", *words], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(in_order(written(self.folder / "job-lines")), in_order(expected))
        rows = self.spark.read.parquet("job-rows").collect()
        self.assertEqual({row.messageId: bare(row.outcome) for row in rows}, self.by_id(expected))
