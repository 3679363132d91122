"""deploy/aws-batch/: AWS's own model of its API takes the job definitions, the commands of docs/scale-engines.md work
against a stand-in for AWS, and with the rights of the policies parts and their merge can do their work, and no more."""

import json
import re
import shlex
import unittest
from unittest import mock
from urllib.parse import quote

import boto3
import moto.settings
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from support import DEPLOY, PAGE, PARTS, ROOT, Engine, Workspace

FOLDER = DEPLOY / "aws-batch"


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def wrong_values(shape, value, path=""):
    """What botocore leaves to the server: values that are none of an enumeration."""
    if shape.type_name == "structure":
        for name, each in value.items():
            yield from wrong_values(shape.members[name], each, f"{path}.{name}")
    elif shape.type_name == "list":
        for each in value:
            yield from wrong_values(shape.member, each, path)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{path}: {value}"


class Model(unittest.TestCase):
    """Against the description of the API that AWS's SDK has."""

    def setUp(self):
        client = boto3.client("batch", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        self.shape = client.meta.service_model.operation_model("RegisterJobDefinition").input_shape

    def problems(self, definition):
        report = ParamValidator().validate(definition, self.shape)
        return [report.generate_report()] if report.has_errors() else list(wrong_values(self.shape, definition))

    def test_it_takes_the_definitions(self):
        for name in ("parts", "merge"):
            self.assertEqual(self.problems(read(name)), [])

    def test_it_would_refuse_what_is_not_there(self):
        definition = read("parts")
        definition["retryStrategy"]["evaluateOnExits"] = []
        self.assertIn("evaluateOnExits", self.problems(definition)[0])
        definition = read("parts")
        definition["platformCapabilities"] = ["EC3"]
        self.assertEqual(self.problems(definition), [".platformCapabilities: EC3"])

    def test_the_retry_strategy_is_within_the_limits_of_batch(self):
        for name in ("parts", "merge"):
            strategy = read(name)["retryStrategy"]
            self.assertLessEqual(strategy["attempts"], 10)
            self.assertLessEqual(len(strategy["evaluateOnExit"]), 5)
            for rule in strategy["evaluateOnExit"]:
                self.assertRegex(rule.get("onExitCode", "0"), r"^\d+\*?$")

    def test_jobs_have_no_rights_that_they_do_not_need(self):
        for name in ("parts", "merge"):
            container = read(name)["containerProperties"]
            self.assertTrue(container["readonlyRootFilesystem"])
            self.assertFalse(container["privileged"])
            self.assertEqual(container["user"], "65532:65532")


class Rules:
    """evaluateOnExit, as Batch reads it: the first that fits counts, and where none does the job runs again."""

    def __init__(self, definition):
        self.rules = definition["retryStrategy"]["evaluateOnExit"]

    def __call__(self, code, left):
        # A machine that is taken away is told as the status's reason, which no rule asks for.
        given = {"onExitCode": str(code), "onReason": ""}
        for rule in self.rules:
            action, asked = rule["action"], {name: glob for name, glob in rule.items() if name != "action"}
            if all(matches(glob, given[name]) for name, glob in asked.items()):
                return {"EXIT": "fail", "RETRY": "retry"}[action]
        return "retry"


def matches(glob, text):
    return text.startswith(glob[:-1]) if glob.endswith("*") else text == glob


class Jobs(Workspace):
    def words(self, definition, **parameters):
        """The command with its parameters, as Batch puts them in. The image starts segfn."""
        definition = json.loads(self.placed(json.dumps(definition)))
        known = {**definition["parameters"], **parameters}
        command = definition["containerProperties"]["command"]
        return [known[word.removeprefix("Ref::")] if word.startswith("Ref::") else word for word in command]

    def engine(self, **parameters):
        parts = read("parts")
        words = self.words(parts, aws=self.aws, **parameters)

        def command(index):
            return words, {"AWS_BATCH_JOB_ARRAY_INDEX": str(index), "AWS_BATCH_JOB_ARRAY_SIZE": str(PARTS)}

        return Engine(self, command, Rules(parts), parts["retryStrategy"]["attempts"])

    def test_parts_that_are_lost_run_again_and_make_the_whole(self):
        self.write_manifest()
        engine = self.engine()
        self.assertEqual(engine.run(PARTS, losing=0.2), "complete")
        self.assertGreater(engine.lost, 0)
        report = self.segfn(*self.words(read("merge"), aws=self.aws), "--json")
        self.assert_whole(report)
        self.assertEqual(Rules(read("merge"))(1, False), "fail")

    def test_a_part_that_cannot_do_better_is_not_run_again(self):
        self.write_manifest()
        engine = self.engine(candidate="nothing-of-that-name")
        code, stderr = engine.run(1)
        self.assertIn(code, (2, 3), stderr)
        self.assertEqual(engine.starts, 1)

    def test_a_store_that_is_away_costs_attempts(self):
        self.aws = "http://test:test@127.0.0.1:9"
        engine = self.engine()
        code, stderr = engine.run(1)
        self.assertEqual((code, engine.starts), (5, 5), stderr)


class Policies(Workspace):
    """moto asks the policies of who calls, as IAM does."""

    def setUp(self):
        super().setUp()
        self.write_manifest()
        iam = self.client("iam")
        self.keys = {}
        for name in ("parts", "merge"):
            iam.create_user(UserName=name)
            document = self.placed(json.dumps(read(f"{name}-policy")))
            iam.put_user_policy(UserName=name, PolicyName="segfn", PolicyDocument=document)
            key = iam.create_access_key(UserName=name)["AccessKey"]
            self.keys[name] = (key["AccessKeyId"], key["SecretAccessKey"])
        # From now on rights count.
        asking = mock.patch.object(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
        asking.start()
        self.addCleanup(asking.stop)

    def aws_of(self, name):
        key, secret = (quote(each, safe="") for each in self.keys[name])
        return f"http://{key}:{secret}@{self.address}"

    def run_part(self, number, who):
        args = [*Jobs.words(self, read("parts"), aws=self.aws_of(who))]
        args[args.index("auto")] = f"{number}/2"
        return self.segfn(*args)

    def merge(self, who):
        return self.segfn(*Jobs.words(self, read("merge"), aws=self.aws_of(who)))

    def test_each_can_do_its_own_work_and_not_the_others(self):
        for number in (1, 2):
            code, _, stderr = self.run_part(number, "parts")
            self.assertEqual(code, 0, stderr)
        code, _, stderr = self.merge("merge")
        self.assertEqual(code, 1, stderr)
        code, _, stderr = self.merge("parts")
        self.assertIn("AccessDenied", stderr)
        code, _, stderr = self.run_part(1, "merge")
        self.assertIn("AccessDenied", stderr)

    def test_nothing_else_is_allowed(self):
        archive, results = self.bucket("ARCHIVE"), self.bucket("RESULTS")
        part = {"Bucket": results, "Key": "RUN/part-00001-of-00002.json.gz"}
        event = {"Bucket": archive, "Key": "segment-logs/SOURCE/000.gz"}
        refused = {
            "parts": {
                "get_object": [
                    part,
                    {"Bucket": archive, "Key": "other/000.gz"},
                    {**event, "Key": "segment-logs/ANOTHER/000.gz"},
                ],
                "put_object": [event, {"Bucket": results, "Key": "RUN/manifest.json"}, {**part, "Key": "OTHER/part-1"}],
                "delete_object": [event, part],
                "list_objects_v2": [{"Bucket": archive}, {"Bucket": results}],
                "list_buckets": [{}],
            },
            "merge": {
                "get_object": [event, {"Bucket": results, "Key": "RUN/manifest.json"}],
                "put_object": [part, event],
                "delete_object": [part],
                "list_objects_v2": [{"Bucket": archive}],
                "list_buckets": [{}],
            },
        }
        for who, calls in refused.items():
            s3 = self.client("s3", *self.keys[who])
            for call, requests in calls.items():
                for request in requests:
                    with self.subTest(who=who, call=call, **request), self.assertRaises(ClientError) as raised:
                        getattr(s3, call)(**request)
                    self.assertEqual(raised.exception.response["Error"]["Code"], "AccessDenied")


class Commands(Workspace):
    """The page's commands of the AWS CLI, as calls of the same API."""

    def call(self, line, known):
        _, service, operation, *flags = shlex.split(line)
        client = self.client(service)
        method = operation.replace("-", "_")
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
        members = model.input_shape.members
        names = {xform_name(name, "-"): name for name in members}
        given = {}
        for flag, value in zip(flags[::2], flags[1::2], strict=True):
            for placeholder, own in known.items():
                value = value.replace(placeholder, own)
            if value.startswith("file://"):
                value = self.placed((ROOT / value.removeprefix("file://")).read_text())
            if flag == "--cli-input-json":
                given |= json.loads(value)
                continue
            name = names[flag.removeprefix("--")]
            given[name] = shorthand(members[name], value)
        return getattr(client, method)(**given)

    def test_they_set_up_the_jobs_and_start_a_run(self):
        lines = re.findall(r"^aws (?:iam|batch) .*$", PAGE, re.M)
        self.assertEqual(len(lines), 8)
        known = {"QUEUE": self.queue(), "s3://RESULTS/": f"s3://{self.bucket('RESULTS')}/"}
        for line in lines:
            done = self.call(line, known)
            if "jobId" in done:
                known["JOB"] = done["jobId"]
        batch = self.client("batch")
        definitions = batch.describe_job_definitions(status="ACTIVE")["jobDefinitions"]
        self.assertEqual({each["jobDefinitionName"] for each in definitions}, {"segfn-parts", "segfn-merge"})
        roles = {each["RoleName"] for each in self.client("iam").list_roles()["Roles"]}
        for each in definitions:
            self.assertIn(each["containerProperties"]["jobRoleArn"].rpartition("/")[2], roles)
        (merge,) = batch.describe_jobs(jobs=[known["JOB"]])["jobs"]
        (waits_for,) = merge["dependsOn"]
        (parts,) = batch.describe_jobs(jobs=[waits_for["jobId"]])["jobs"]
        self.assertEqual(parts["arrayProperties"]["size"], 64)

    def queue(self):
        batch = self.client("batch")
        role = self.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        made = batch.create_compute_environment(computeEnvironmentName="some", type="UNMANAGED", serviceRole=role)
        order = [{"order": 1, "computeEnvironment": made["computeEnvironmentArn"]}]
        return batch.create_job_queue(jobQueueName="some", state="ENABLED", priority=1, computeEnvironmentOrder=order)[
            "jobQueueName"
        ]


def shorthand(shape, value):
    """The CLI's short form of a structure: NAME=VALUE,NAME=VALUE."""
    if shape.type_name == "string":
        return value
    if shape.type_name == "integer" or value.startswith("{"):
        return json.loads(value)
    pairs = dict(pair.split("=", 1) for pair in value.split(","))
    if shape.type_name == "map":
        return pairs
    if shape.type_name == "list":
        return [pairs]
    return {name: int(each) if shape.members[name].type_name == "integer" else each for name, each in pairs.items()}
