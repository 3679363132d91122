"""deploy/github/: actionlint takes the workflow, and its steps make a whole of its parts."""

import html
import os
import re
import shutil
import subprocess
import unittest

import yaml

from support import BASE, CANDIDATE, DEPLOY, EACH, LINTERS, OBJECTS, PAGE, ROOT, SEGFN, Workspace

FILE = DEPLOY / "github" / "segfn-parts.yml"


class Lint(unittest.TestCase):
    def lint(self, text):
        # It finds shellcheck on the path.
        env = {**os.environ, "PATH": f"{LINTERS}:{os.environ['PATH']}"}
        return subprocess.run([LINTERS / "actionlint", "-"], input=text, capture_output=True, text=True, env=env)

    def test_actionlint_takes_it(self):
        done = self.lint(FILE.read_text())
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_its_version_is_that_of_cargo_toml(self):
        (version,) = re.findall(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)
        self.assertEqual(yaml.safe_load(FILE.read_text())["env"]["SEGFN_VERSION"], version)

    def test_the_pages_command_gives_inputs_that_it_has(self):
        (line,) = re.findall(r"^gh workflow run (.*)$", PAGE, re.M)
        file, *flags = line.split()
        self.assertEqual(file, FILE.name)
        # PyYAML reads YAML 1.1, in which the key `on` is true.
        inputs = yaml.safe_load(FILE.read_text())[True]["workflow_dispatch"]["inputs"]
        given = {flag.partition("=")[0] for flag in flags if flag != "-f"}
        self.assertLessEqual(given, set(inputs))
        self.assertLessEqual({name for name, each in inputs.items() if each.get("required")}, given)

    def test_it_would_refuse_what_is_wrong(self):
        for right, wrong, told in (
            ("matrix.part", "matrix.piece", 'property "piece" is not defined'),
            ('"$FUNCTION"', "$FUNCTION", "SC2086"),
        ):
            done = self.lint(FILE.read_text().replace(right, wrong))
            self.assertIn(told, done.stdout)


class Steps(Workspace):
    """The jobs as a runner does them: scripts in bash, expressions that are names, and artifacts as folders."""

    def setUp(self):
        super().setUp()
        self.workflow = yaml.safe_load(self.placed(FILE.read_text()))
        self.artifacts = self.folder / "artifacts"
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "segfn").symlink_to(SEGFN)
        # What it would install is there.
        (tools / "npm").write_text("#!/bin/sh\n")
        (tools / "npm").chmod(0o755)
        self.path = f"{tools}:{os.environ['PATH']}"
        self.origin = self.folder / "origin"
        function = self.origin / "functions" / "orders"
        function.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        for code in (BASE, CANDIDATE):
            (function / "function.js").write_text(code)
            self.git("add", ".")
            self.git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "a version")
        inputs = self.workflow[True]["workflow_dispatch"]["inputs"]
        self.inputs = {name: each.get("default") for name, each in inputs.items()}
        self.inputs |= {"function": "functions/orders", "base": "HEAD~1", "since": "2020-01-01"}
        self.needs = {}

    def git(self, *args):
        subprocess.run(["git", *args], cwd=self.origin, check=True, capture_output=True)

    def value(self, text, context):
        return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: str(context[found[1]]), text)

    def job(self, name, **extra):
        """Does a job on a machine of its own: its exit code, what it wrote, and its summary."""
        job = self.workflow["jobs"][name]
        place = self.folder / f"{name}-{extra.get('matrix.part', '')}"
        place.mkdir()
        files = {each: place / each for each in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        clone = place / "clone"
        clone.mkdir()
        context = {f"inputs.{each}": value for each, value in self.inputs.items()} | self.needs | extra
        shared = {**self.workflow["env"], "SEGFN_AWS": self.aws}
        context |= {f"env.{each}": value for each, value in shared.items()}
        log = ""
        for step in job["steps"]:
            given = {each: self.value(str(text), context) for each, text in step.get("with", {}).items()}
            match step.get("uses", "").split("@")[0]:
                case "actions/checkout":
                    self.git("clone", "--quiet", ".", str(clone))
                case "actions/upload-artifact":
                    to = self.artifacts / given["name"]
                    to.mkdir(parents=True)
                    path = clone / given["path"]
                    shutil.copytree(path, to, dirs_exist_ok=True) if path.is_dir() else shutil.copy(path, to)
                case "actions/download-artifact":
                    for each in self.artifacts.glob(given.get("name") or given["pattern"]):
                        shutil.copytree(each, clone / given.get("path", "."), dirs_exist_ok=True)
                case "aws-actions/configure-aws-credentials":
                    self.assertRegex(given["role-to-assume"], "^arn:aws:iam::")
                case "":
                    env = {each: self.value(text, context) for each, text in step.get("env", {}).items()}
                    env = {
                        "PATH": self.path,
                        "HOME": str(place),
                        **{k: str(v) for k, v in files.items()},
                        **shared,
                        **env,
                    }
                    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                    done = subprocess.run(shell, cwd=clone, env=env, capture_output=True, text=True)
                    log += done.stdout + done.stderr
                    if done.returncode != 0:
                        return done.returncode, log, ""
                case other:
                    self.fail(f"{other} is not known here")
        read = {each: file.read_text() if file.exists() else "" for each, file in files.items()}
        for output, text in job.get("outputs", {}).items():
            named = dict(line.split("=", 1) for line in read["GITHUB_OUTPUT"].splitlines())
            self.needs[f"needs.{name}.outputs.{output}"] = named[re.search(r"(\w+) *\}\}", text)[1]]
        return 0, log, read["GITHUB_STEP_SUMMARY"]

    def parts(self):
        numbers = self.workflow["jobs"]["part"]["strategy"]["matrix"]["part"]
        return [{"matrix.part": number, "strategy.job-total": len(numbers)} for number in numbers]

    def test_all_jobs_make_the_whole(self):
        for job, extra in [("list", {}), *(("part", each) for each in self.parts()), ("merge", {})]:
            code, log, summary = self.job(job, **extra)
            self.assertEqual(code, 0, log)
        self.assertEqual(len(self.parts()), 8)
        for text in (log, html.unescape(summary)):
            self.assertIn(f"{OBJECTS * EACH} of {OBJECTS * EACH} events differ", text)
            self.assertIn("exchanges[*].query.v", text)
        self.assertTrue((self.artifacts / "diff" / "diff.html").exists())

    def test_a_missing_part_fails_the_merge_and_is_named(self):
        parts = self.parts()
        for job, extra in [("list", {}), *(("part", each) for each in parts if each["matrix.part"] != 3)]:
            code, log, _ = self.job(job, **extra)
            self.assertEqual(code, 0, log)
        code, log, _ = self.job("merge")
        self.assertEqual(code, 4, log)
        self.assertIn("part 3 of 8 is missing", log)

    def test_a_function_that_cannot_be_loaded_fails_its_parts_at_once(self):
        self.inputs["function"] = "functions/nothing"
        self.assertEqual(self.job("list")[0], 0)
        code, log, _ = self.job("part", **self.parts()[0])
        self.assertIn(code, (2, 3), log)
        self.assertNotIn("::warning", log)
