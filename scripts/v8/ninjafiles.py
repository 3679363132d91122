"""The ninja files that gn writes, one for each of its targets: read, changed, written."""

import collections
import os
import re
import subprocess

FLAG_VARIABLES = ("defines", "include_dirs", "asmflags", "cflags", "cflags_c", "cflags_cc")

# Flags that this compiler doesn't know, the checks for which it would need one of them, and
# warnings, which serve V8's developers.
DROPPED_FLAGS = re.compile(
    r"-fno-lifetime-dse|-fdiagnostics-show-inlining-chain|-fsanitize.*|-W.+|-fcolor-diagnostics"
)

Edge = collections.namedtuple("Edge", "target out rule source deps")


class Target:
    """One of gn's ninja files: variables, an edge for each source file, then the rest."""

    def __init__(self, path):
        self.path = path
        self.variables = {}
        self.edges = []
        self.rest = []
        edge = False
        with open(path, encoding="utf-8") as file:
            for line in file.read().splitlines():
                if match := re.match(r"build (\S+): (cc|cxx) (\S+) ?(.*)", line):
                    self.edges.append(Edge(self, *match.groups()))
                    edge = True
                elif edge and line.startswith("  "):
                    continue
                else:
                    edge = False
                    if not self.rest and (match := re.match(r"(\w+) =(.*)", line)):
                        self.variables[match[1]] = match[2].strip()
                    else:
                        self.rest.append(line)

    def clean(self, shipped):
        """Takes out flags. What isn't in the library, and runs only while it is built, is not
        optimised: that costs more than it gains."""
        for name in FLAG_VARIABLES:
            if name in self.variables:
                flags = self.variables[name].split()
                kept = [flag for flag in flags if not DROPPED_FLAGS.fullmatch(flag)]
                self.variables[name] = " ".join(kept)
        if "cflags" in self.variables:
            self.variables["cflags"] += " -w" if shipped else " -w -O0"

    def folder(self):
        return f"{self.variables['target_out_dir']}/{self.variables['label_name']}"

    def flags(self, rule):
        return (rule, *(self.variables.get(name, "") for name in FLAG_VARIABLES))

    def dialect(self):
        """What must be the same for two targets to share a precompiled header."""
        return tuple(self.variables.get(name) for name in ("defines", "cflags", "cflags_cc"))

    def follows(self, step):
        """Whether its files are compiled after a step: one that gn names so."""
        inputs = next((line for line in self.rest if ".inputdeps: phony" in line), "")
        return step in inputs.split() or any(step in edge.deps for edge in self.edges)

    def write(self, compiled, objects):
        """The file as it is now: `compiled` in place of its edges, and `objects` tells into which
        object file each that gn had planned has gone."""
        rest = re.sub(
            r"^build \S+: (?:alink|link|solink|phony) .*$",
            lambda match: " ".join(
                dict.fromkeys(objects.get(word, word) for word in match[0].split(" "))
            ),
            "\n".join(self.rest),
            flags=re.M,
        )
        variables = "".join(f"{name} = {value}\n" for name, value in self.variables.items())
        write(self.path, variables + "\n" + "".join(compiled) + rest + "\n")


def words_of(deps):
    """The files in what ninja has after an edge's sources."""
    return {word for word in deps.split() if "|" not in word}


def needed_by(out, ninja, goals):
    listed = subprocess.run(
        [ninja, "-C", out, "-t", "inputs", *goals], check=True, capture_output=True, text=True
    )
    return set(listed.stdout.split())


def write(path, text):
    """Leaves alone what is as it should be: ninja goes by the time of the last change."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
