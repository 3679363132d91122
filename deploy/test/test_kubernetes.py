"""The Jobs of deploy/kubernetes/: the API's schema takes them, and their commands and rules make a whole of parts that
are lost."""

import os
import re
import subprocess
import unittest

import yaml

from support import DEPLOY, LINTERS, PAGE, PARTS, SEGFN, Engine, Workspace

FOLDER = DEPLOY / "kubernetes"
# The first that has backoffLimitPerIndex without being asked, the one in which it is no beta any more, and the newest.
VERSIONS = ("1.29", "1.33", "1.37")


def validate(version, *files):
    command = [LINTERS / "kubernetes-validate", "--strict", "--kubernetes-version", version, *files]
    return subprocess.run(command, capture_output=True, text=True)


def container(job):
    (only,) = job["spec"]["template"]["spec"]["containers"]
    return only


class Schema(unittest.TestCase):
    def test_the_api_of_three_versions_takes_them(self):
        files = sorted(FOLDER.glob("*.yaml"))
        self.assertEqual(len(files), 3)
        for version in VERSIONS:
            done = validate(version, *files)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(done.stdout.count("passed for resource"), 4, done.stdout)

    def test_it_would_refuse_a_field_that_is_not_there(self):
        text = (FOLDER / "parts.yaml").read_text().replace("backoffLimitPerIndex", "backoffLimitByIndex")
        wrong = LINTERS.parent / "wrong.yaml"
        wrong.write_text(text)
        self.addCleanup(wrong.unlink)
        for version in VERSIONS:
            done = validate(version, wrong)
            self.assertEqual(done.returncode, 1)
            self.assertIn("'backoffLimitByIndex' was unexpected", done.stdout)

    def test_the_pages_commands_name_them(self):
        named = re.findall(r"-f deploy/kubernetes/(\S+)", PAGE)
        self.assertEqual(sorted(named), sorted(file.name for file in FOLDER.glob("*.yaml")))
        jobs = set(re.findall(r"job/(\S+)", PAGE))
        self.assertEqual(
            jobs,
            {yaml.safe_load((FOLDER / f"{name}.yaml").read_text())["metadata"]["name"] for name in ("parts", "merge")},
        )


class Rules:
    """A Job's podFailurePolicy, as the controller reads it."""

    def __init__(self, job):
        self.rules = job["spec"]["podFailurePolicy"]["rules"]
        self.container = container(job)["name"]

    def __call__(self, code, left):
        for rule in self.rules:
            if codes := rule.get("onExitCodes"):
                assert codes["containerName"] == self.container and codes["operator"] == "In", codes
                assert codes["values"] == sorted(set(codes["values"])) and 0 not in codes["values"], codes
                applies = code in codes["values"]
            else:
                (condition,) = rule["onPodConditions"]
                assert condition == {"type": "DisruptionTarget", "status": "True"}, condition
                applies = left
            if applies:
                return {"Ignore": "ignore", "FailJob": "fail", "FailIndex": "fail", "Count": "retry"}[rule["action"]]
        return "retry"


# As a container's runtime does: FOLDER as /work, PROGRAM, and USER without rights, who can write to /tmp alone.
CONFINED = """
folder=$1 program=$2 user=$3
shift 3
mount --make-rprivate /
chmod 755 "$folder"
touch "$folder/segfn"
mount --bind "$folder" /mnt
mount --bind "$program" /mnt/segfn
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs /tmp
mount -o remount,ro,bind /mnt
mount -o remount,ro,bind /
! touch /mnt/file /file
cd /mnt
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
    env --ignore-environment PATH=/mnt segfn "$@"
"""


class Jobs(Workspace):
    def setUp(self):
        super().setUp()
        self.parts, self.merge = (
            yaml.safe_load(self.placed((FOLDER / f"{name}.yaml").read_text())) for name in ("parts", "merge")
        )

    def arguments(self, job):
        """The container's command, for the store of this test, and with so many parts as it has objects for."""
        words = [*container(job)["command"], *container(job).get("args", [])]
        self.assertEqual(words.pop(0), "segfn")
        self.assertIn("--aws=real", words)
        of = job["spec"].get("completions")
        other = {"--aws=real": f"--aws={self.aws}", f"--part=auto/{of}": f"--part=auto/{PARTS}"}
        return [other.get(word, word) for word in words]

    def engine(self):
        def command(index):
            return self.arguments(self.parts), {"JOB_COMPLETION_INDEX": str(index)}

        return Engine(self, command, Rules(self.parts), self.parts["spec"]["backoffLimitPerIndex"] + 1)

    def test_parts_that_are_lost_run_again_and_make_the_whole(self):
        self.write_manifest()
        engine = self.engine()
        self.assertEqual(engine.run(PARTS, losing=0.2), "complete")
        self.assertGreater(engine.lost, 0)
        code, _, stderr = report = self.segfn(*self.arguments(self.merge), "--json")
        self.assertEqual(code, 1, stderr)
        self.assert_whole(report)
        # That something differs is no reason to add up again.
        self.assertEqual(Rules(self.merge)(code, False), "fail")

    def test_what_no_part_can_do_ends_the_job_at_once(self):
        self.write_manifest()
        (self.folder / "candidate" / "function.js").write_text("async function onTrack( {")
        engine = self.engine()
        code, stderr = engine.run(PARTS)
        self.assertEqual(code, 3, stderr)
        self.assertLessEqual(engine.starts, 2)

    def test_a_store_that_is_away_costs_attempts(self):
        self.write_manifest()
        self.aws = "http://test:test@127.0.0.1:9"
        engine = self.engine()
        code, stderr = engine.run(1)
        self.assertEqual(code, 5, stderr)
        self.assertEqual(engine.starts, self.parts["spec"]["backoffLimitPerIndex"] + 1)

    @unittest.skipUnless(os.geteuid() == 0, "only root may confine a process so")
    def test_a_pod_needs_no_more_than_it_may(self):
        self.write_manifest()
        user = self.parts["spec"]["template"]["spec"]["securityContext"]
        command = [
            "unshare",
            "--mount",
            "bash",
            "-ec",
            CONFINED,
            "confined",
            self.folder,
            SEGFN,
            str(user["runAsUser"]),
        ]
        for job, expected in ((self.parts, 0), (self.merge, 1)):
            words = ["--part=1/1" if word.startswith("--part=") else word for word in self.arguments(job)]
            done = subprocess.run([*command, *words], capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, expected, done.stderr)
        self.assertIn("Read-only file system", done.stderr)

    def test_each_has_a_role_of_its_own(self):
        accounts = yaml.safe_load_all((FOLDER / "accounts.yaml").read_text())
        roles = {
            each["metadata"]["name"]: each["metadata"]["annotations"]["eks.amazonaws.com/role-arn"] for each in accounts
        }
        for job, name in ((self.parts, "segfn-parts"), (self.merge, "segfn-merge")):
            self.assertTrue(roles[job["spec"]["template"]["spec"]["serviceAccountName"]].endswith(f"role/{name}"))

    def test_its_places_for_the_number_of_parts_agree(self):
        self.assertEqual(self.parts["spec"]["completionMode"], "Indexed")
        self.assertIn(f"--part=auto/{self.parts['spec']['completions']}", container(self.parts)["args"])


class Confined(unittest.TestCase):
    def test_pods_have_no_rights_that_they_do_not_need(self):
        for name in ("parts", "merge"):
            pod = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())["spec"]["template"]["spec"]
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertFalse(pod["automountServiceAccountToken"])
            (only,) = pod["containers"]
            expected = {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            self.assertEqual(only["securityContext"], expected)
            self.assertTrue(only["resources"]["requests"] and only["resources"]["limits"]["memory"])
