"""Segment functions over archives of events in Spark: events in, outcomes out (docs/scale-engines.md).

As a job, where segfn and the function are put into the folder that executors work in:

    spark-submit --files segfn,function.js segfn_spark.py function.js EVENTS OUTCOMES --segfn ./segfn
"""

import argparse
import json
import os
import queue
import shlex
import subprocess
import threading
from collections import deque

CLASS, OUTCOME = "class", "outcome"
NO_OUTCOME = (None, None)

# How `segfn run` ends. A function that failed is an outcome like any other, and no failure of the task.
A_FUNCTION_FAILED, UNREADABLE = 1, 4


def command(function, *flags, segfn="segfn"):
    """The command that reads events and writes outcomes. A function reaches no host but those of `--allow-net`."""
    net = [] if any(flag.startswith("--allow-net") for flag in flags) else ["--deny-net"]
    return [segfn, "run", function, "-", "--json", *net, *flags]


def pipe_outcomes(events, command):
    """An RDD of outcomes from an RDD of events, both JSON in one line. An event that can't be read fails the task."""
    script = f"{shlex.join(command)}; code=$?; [ $code -eq {A_FUNCTION_FAILED} ] || exit $code"
    # Without this, its environment is empty.
    return events.pipe(shlex.join(["sh", "-c", script]), env=_OfExecutor(), checkCode=True)


class _OfExecutor(dict):
    """The environment of the machine on which it arrives."""

    def __reduce__(self):
        return _environment, ()


def _environment():
    return dict(os.environ)


def with_outcomes(frame, command, event="event"):
    """The frame with the columns `class` and `outcome` (JSON) in place of the column `event` (JSON).

    Both are null where an event can't be read.
    """
    from pyspark.sql.types import StringType, StructType

    kept = [field for field in frame.schema.fields if field.name != event]
    names = [field.name for field in kept]
    for name in (CLASS, OUTCOME):
        if name in names:
            raise ValueError(f"the frame has a column {name} already")
    schema = StructType(kept).add(CLASS, StringType()).add(OUTCOME, StringType())

    # Runs on executors.
    def run(batches):
        import pyarrow

        for batch, outcomes in _Run(command).over(batches, event):
            columns = [_column(batch, name) for name in names]
            columns += [pyarrow.array([each[place] for each in outcomes], pyarrow.string()) for place in (0, 1)]
            yield pyarrow.RecordBatch.from_arrays(columns, [*names, CLASS, OUTCOME])

    return frame.mapInArrow(run, schema)


def _column(batch, name):
    return batch.column(batch.schema.get_field_index(name))


class _Run:
    """One process of segfn for a task. Batches are written to it while its outcomes are read."""

    def __init__(self, command):
        self.command = command
        # What is written, or about to be, and has no outcomes yet; None is the end.
        self.batches = queue.Queue(maxsize=2)
        self.problem = None
        self.told = deque(maxlen=20)

    def over(self, batches, event):
        """Each batch that has rows, with the class and the outcome of each."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=pipe)
        threading.Thread(target=self._write, args=(batches, event, process.stdin), daemon=True).start()
        listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        listener.start()
        try:
            batch, outcomes, first = self.batches.get(), None, 1
            # Outcomes come in the order of their events, which they name by line; not every event has one.
            for line in process.stdout:
                outcome = json.loads(line)
                number = int(outcome["input"].rpartition(":")[2])
                while True:
                    outcomes = outcomes or [NO_OUTCOME] * batch.num_rows
                    if number < first + len(outcomes):
                        break
                    yield batch, outcomes
                    first += len(outcomes)
                    batch, outcomes = self.batches.get(), None
                outcomes[number - first] = (outcome["class"], line.decode().rstrip("\n"))
            code = process.wait()
            listener.join()
            if code not in (0, A_FUNCTION_FAILED, UNREADABLE):
                told = "".join(self.told).strip()
                raise RuntimeError(f"{shlex.join(self.command)} ended with {code}: {told}")
            while batch is not None:
                yield batch, outcomes or [NO_OUTCOME] * batch.num_rows
                batch, outcomes = self.batches.get(), None
            if self.problem:
                raise self.problem
        finally:
            process.kill()
            process.wait()

    def _write(self, batches, event, events):
        try:
            with events:
                for batch in batches:
                    if batch.num_rows == 0:
                        continue
                    self.batches.put(batch)
                    for value in _column(batch, event):
                        # A line break is white space in JSON; null is no event, and has no outcome.
                        line = (value.as_py() or "null").replace("\r", " ").replace("\n", " ")
                        events.write(line.encode() + b"\n")
        except BrokenPipeError:
            # It has ended: its exit code says why.
            pass
        except Exception as error:
            self.problem = error
        finally:
            self.batches.put(None)

    def _listen(self, errors):
        for line in errors:
            self.told.append(line.decode(errors="replace"))


def main():
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description="Run a Segment function over an archive of events.")
    parser.add_argument("function", metavar="FUNCTION", help="the function, as executors see it")
    parser.add_argument("events", metavar="EVENTS", help="NDJSON, gzipped or not, or Parquet")
    parser.add_argument("outcomes", metavar="OUTCOMES", help="where outcomes are written, in the same form")
    parser.add_argument("--parquet", action="store_true", help="EVENTS is Parquet")
    parser.add_argument(
        "--event", metavar="SQL", default="to_json(struct(*))", help="the event as JSON, of a row of Parquet"
    )
    parser.add_argument(
        "--keep", metavar="COLUMN", action="append", default=[], help="keep this column beside the outcome"
    )
    parser.add_argument("--segfn", metavar="PATH", default="segfn", help="the program, as executors see it")
    parser.add_argument("flags", metavar="-- FLAGS", nargs="*", help="more flags of `segfn run`")
    args = parser.parse_args()
    run = command(args.function, *args.flags, segfn=args.segfn)

    spark = SparkSession.builder.appName("segfn").getOrCreate()
    if args.parquet:
        events = spark.read.parquet(args.events).selectExpr(*args.keep, f"{args.event} AS event")
        with_outcomes(events, run).write.parquet(args.outcomes)
    else:
        outcomes = pipe_outcomes(spark.sparkContext.textFile(args.events), run)
        outcomes.saveAsTextFile(args.outcomes, "org.apache.hadoop.io.compress.GzipCodec")
    spark.stop()


if __name__ == "__main__":
    main()
