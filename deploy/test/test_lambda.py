"""deploy/lambda/: the bootstrap starts the built program, which runs the state machine's parts and their merge as Step
Functions invokes them, with the rights of the policies and no more; and the commands of docs/lambda.md work against a
stand-in for AWS."""

import json
import os
import queue
import re
import shutil
import subprocess
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import quote

import moto.settings

from support import DEPLOY, PARTS, ROOT, SEGFN, Workspace
from test_batch import Commands as BatchCommands

FOLDER = DEPLOY / "lambda"
PAGE = (ROOT / "docs" / "lambda.md").read_text()


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


class Runtime:
    """A function of Lambda: the runtime's API, and the package's bootstrap with a handler."""

    def __init__(self, workspace, handler, **env):
        self.given, self.told = queue.Queue(), queue.Queue()
        runtime = self

        class Api(BaseHTTPRequestHandler):
            def do_GET(self):
                payload = runtime.given.get()
                if payload is None:
                    return
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", f"id-{time.monotonic_ns()}")
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 120) * 1000)))
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                runtime.told.put((self.path.rpartition("/")[2], json.loads(body)))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = "{}:{}".format(*server.server_address)
        env = {"LAMBDA_TASK_ROOT": str(workspace.folder), "_HANDLER": handler, "AWS_LAMBDA_RUNTIME_API": api, **env}
        env["PATH"] = os.environ["PATH"]
        process = subprocess.Popen([FOLDER / "bootstrap"], cwd="/", env=env, stderr=subprocess.DEVNULL)

        def end():
            self.given.put(None)
            process.kill()
            process.wait()
            server.shutdown()
            server.server_close()

        workspace.addCleanup(end)

    def invoke(self, payload):
        self.given.put(json.dumps(payload).encode())
        return self.told.get(timeout=120)


class Package(Workspace):
    """What lies in a function's package, and users whose rights are those of the policies."""

    def setUp(self):
        super().setUp()
        shutil.copy(SEGFN, self.folder / "segfn")
        self.write_manifest()

    def aws_with(self, path):
        iam = self.client("iam")
        iam.create_user(UserName=path.stem)
        iam.put_user_policy(UserName=path.stem, PolicyName="segfn", PolicyDocument=self.placed(path.read_text()))
        key = iam.create_access_key(UserName=path.stem)["AccessKey"]
        own = (quote(key[name], safe="") for name in ("AccessKeyId", "SecretAccessKey"))
        return f"http://{':'.join(own)}@{self.address}"

    def ask_for_rights(self):
        asking = mock.patch.object(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
        asking.start()
        self.addCleanup(asking.stop)

    def evaluated(self, value, known):
        """The few expressions that the machine has."""
        if isinstance(value, list):
            return [self.evaluated(each, known) for each in value]
        if isinstance(value, dict):
            return {name: self.evaluated(each, known) for name, each in value.items()}
        if value == "real":
            return known["aws"]
        expression = re.fullmatch(r"\{% (.*) %\}", value)
        if not expression:
            return value
        first, *more = expression[1].split(" & ")
        found = known[first]
        return found + "".join(each.strip("'") for each in more) if more else found


class Machine(Package):
    def test_the_map_runs_all_parts_and_the_merge_adds_them_up(self):
        parts_aws = self.aws_with(DEPLOY / "aws-batch" / "parts-policy.json")
        merge_aws = self.aws_with(DEPLOY / "aws-batch" / "merge-policy.json")
        self.ask_for_rights()
        states = read("states")["States"]
        known = {"$states.input.parts": PARTS, "$states.input.run": self.placed("s3://RESULTS/RUN/")}
        self.assertEqual(states["Parts"]["Items"], "{% [0..$states.input.parts - 1] %}")
        function = Runtime(self, "parts")
        for index in range(PARTS):
            known |= {"$states.context.Map.Item.Value": index, "aws": parts_aws}
            call, answer = function.invoke(self.evaluated(states["Parts"]["ItemSelector"], known))
            self.assertEqual((call, answer.get("part")), ("response", index + 1), answer)
        payload = self.evaluated(states["Merge"]["Arguments"]["Payload"], {**known, "aws": merge_aws})
        payload["arguments"][-2:] = ["--json"]
        call, answer = function.invoke(payload)
        self.assertEqual(call, "response", answer)
        # Now without the policies.
        with mock.patch.object(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", float("inf")):
            self.assert_whole((answer["exitCode"], answer["output"], ""))

    def test_each_error_is_one_that_the_machine_knows_or_ends_by(self):
        known = {"$states.input.parts": PARTS, "$states.input.run": self.placed("s3://RESULTS/RUN/")}
        known |= {"$states.context.Map.Item.Value": 0, "aws": "http://test:test@127.0.0.1:9"}
        states = read("states")["States"]
        part = states["Parts"]["ItemProcessor"]["States"]["Part"]
        again = part["Retry"][0]["ErrorEquals"]
        payload = self.evaluated(states["Parts"]["ItemSelector"], known)
        function = Runtime(self, "parts")
        call, failed = function.invoke(payload)
        self.assertEqual(call, "error")
        self.assertIn(failed["errorType"], again)
        payload["arguments"][2] = "nothing-of-that-name"
        call, failed = function.invoke(payload)
        self.assertEqual((call, failed["errorType"]), ("error", "Segfn.NotLoaded"))
        self.assertNotIn(failed["errorType"], again)


class Shadow(Package):
    def test_events_are_compared_with_the_right_to_write_results_alone(self):
        aws = self.aws_with(FOLDER / "shadow-policy.json")
        self.ask_for_rights()
        function = Runtime(self, "shadow", SEGFN_RESULTS=self.placed("s3://RESULTS/LIVE/"), SEGFN_AWS=aws)
        for total in (1, 3):
            event = {"type": "track", "event": "Order", "properties": {"total": total, "bad": False}}
            call, answer = function.invoke(event)
            self.assertEqual((call, answer.get("exitCode")), ("response", 0), answer)
            self.assertIn("/LIVE/part-live-id-", answer["result"])
        with mock.patch.object(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", float("inf")):
            merge = ("diff", "merge", self.placed("s3://RESULTS/LIVE/"), "--aws", self.aws, "--json")
            code, report, stderr = self.segfn(*merge)
        self.assertEqual(code, 1, stderr)
        self.assertEqual((json.loads(report)["inputs"], json.loads(report)["different"]), (2, 2))


class Commands(BatchCommands):
    """The page's commands of the AWS CLI, as calls of the same API."""

    def test_they_set_up_the_jobs_and_start_a_run(self):
        lines = re.findall(r"^aws (?:iam|lambda|stepfunctions) .*$", PAGE, re.M)
        self.assertEqual(len(lines), 13)
        self.s3.create_bucket(Bucket="of-code")
        self.s3.put_object(Bucket="of-code", Key="function.zip", Body=b"PK\x05\x06" + bytes(18))
        known = {"CODE": "of-code", "REGION": "us-east-1", "s3://RESULTS/": f"s3://{self.bucket('RESULTS')}/"}
        for line in lines:
            self.call(line, known)
        functions = self.client("lambda").list_functions()["Functions"]
        self.assertEqual({each["FunctionName"] for each in functions}, {"segfn-parts", "segfn-merge", "segfn-shadow"})
        for each in functions:
            self.assertIn(each["Handler"], ("parts", "shadow"))
        (machine,) = self.client("stepfunctions").list_state_machines()["stateMachines"]
        policy = (FOLDER / "states-policy.json").read_text().replace("REGION", "us-east-1")
        self.assertIn(machine["stateMachineArn"], policy)
        for name in re.findall(r'"FunctionName": "([^"]+)"', (FOLDER / "states.json").read_text()):
            self.assertIn(f":function:{name}", policy)


del BatchCommands

if __name__ == "__main__":
    unittest.main()
