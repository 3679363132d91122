"""Rewrites the ninja files that gn wrote, so that V8 builds in a fifth of the time.

Most of what a compiler does with a source file of V8 is reading the same headers again. So files of
one directory with the same flags are compiled as one, which includes them all: a cluster. What only
runs while V8 is built (torque, mksnapshot) is not optimised, and flags that serve V8's developers
(warnings), or that this compiler doesn't know, are taken out.
"""

import collections
import hashlib
import json
import os
import re
import subprocess

# A cluster's size, in bytes of source: at most this much, or memory would not suffice.
CLUSTER_BYTES = 400_000
GENERATED_BYTES = 12_000
# Directories with less share clusters with others.
SMALL_BYTES = 200_000

# Macros of ICU that change its headers, and its headers that define macros with common names. Files
# share clusters only with those that have the same.
SETTINGS = (
    r"^#(?:define (UNISTR_FROM_\w+)|include \"(messageformat2_macros|selfmtimpl|dt\w*_impl)\.h)"
)
# A header is precompiled for so many files or more, if this part of them includes it.
PRECOMPILED_FOR = 100
PRECOMPILED_PART = 0.02
PRECOMPILED_WEIGHT = 1_000_000
EXTENSIONS = {"cc": "c", "cxx": "cc"}
FLAG_VARIABLES = ("defines", "include_dirs", "asmflags", "cflags", "cflags_c", "cflags_cc")

DROPPED_FLAGS = re.compile(
    r"-W.+|-fsanitize.*|-fno-sanitize.*|-fstack-protector.*|-fno-lifetime-dse"
    r"|-fdiagnostics-show-inlining-chain|-fcrash-diagnostics-dir=.+|-fcolor-diagnostics"
    r"|-ftrivial-auto-var-init=.+|-D_FORTIFY_SOURCE=.+|-O."
)

Edge = collections.namedtuple("Edge", "target out rule source deps")


class Target:
    """One of gn's ninja files: variables, then one compile edge for each source, then the rest."""

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
        """Takes out flags; a target that isn't in the library is not optimised."""
        for name in FLAG_VARIABLES:
            if name in self.variables:
                flags = self.variables[name].replace("HARDENING_MODE_EXTENSIVE", "HARDENING_MODE_NONE")
                kept = [flag for flag in flags.split() if not DROPPED_FLAGS.fullmatch(flag)]
                self.variables[name] = " ".join(kept)
        if "cflags" in self.variables:
            self.variables["cflags"] += " -w -O2" if shipped else " -w -O0"

    def flags(self, rule):
        return (rule, *(self.variables.get(name, "") for name in FLAG_VARIABLES))

    def follows(self, step):
        """Whether its files are compiled after a step: one that gn names so."""
        inputs = next((line for line in self.rest if ".inputdeps: phony" in line), "")
        return step in inputs.split() or any(step in edge.deps for edge in self.edges)

    def dialect(self):
        """What must be the same for two targets to share a precompiled header."""
        return tuple(self.variables.get(name) for name in ("defines", "cflags", "cflags_cc"))

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


class Source:
    """What decides with which others a source file can be compiled."""

    def __init__(self, edge, out):
        self.edge = edge
        path = os.path.join(out, edge.source)
        # What is yet to be generated is made to stand side by side.
        text = ""
        if not edge.source.startswith("gen/"):
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.size = len(text) or GENERATED_BYTES
        self.headers = re.findall(r'^#include "(src/\S+\.h)"', text, re.M)
        self.settings = frozenset("".join(found) for found in re.findall(SETTINGS, text, re.M))
        self.names = private_names(text)
        defined = set(re.findall(r"^#\s*define (\w+)", text, re.M))
        undefined = set(re.findall(r"^#\s*undef (\w+)", text, re.M))
        # Asked for: perhaps a header's.
        asked = set(re.findall(r"(?:ifn?def|defined\(?)\s*(\w+)", text))
        self.macros = sorted(defined - undefined - asked - self.settings)


def private_names(text):
    """Names that only this file may use, as far as they are easily found: two files with the same
    can't share a cluster. Too many cost a cluster more, too few an error of the compiler."""
    # ICU's macros that define the same functions wherever they are called.
    names = set(re.findall(r"^IMPL_\w+", text, re.M))
    unnamed = "\n".join(re.findall(r"^namespace \{(.*?)(?:^\} *//|\Z)", text, re.M | re.S))
    declared = (
        *re.findall(r"^(?:static|constexpr|const)\b([^;{=(\[]*)", text, re.M),
        # What is in capitals is a macro's call.
        *re.findall(r"^(?!namespace|using|template|return|[A-Z_]+\()(\w[^;{=(\[]*)", unnamed, re.M),
    )
    for part in declared:
        # Of a class, the name and not its bases; and no member of a class, which has `::` before it.
        match = re.search(r"(::)?\b(\w+)\s*$", re.split(r" :|\bfinal\b", part)[0])
        if match and not match[1]:
            names.add(match[2])
    return names


class Cluster:
    """Files that are compiled as one."""

    def __init__(self):
        self.edges = []
        self.text = []
        self.names = set()
        self.size = 0

    def takes(self, source):
        return self.size + source.size <= CLUSTER_BYTES and not self.names & source.names

    def add(self, source):
        self.edges.append(source.edge)
        # Its macros are not for those that follow.
        self.text += [f'#include "../../{source.edge.source}"']
        self.text += [f"#undef {name}" for name in source.macros]
        self.names |= source.names
        self.size += source.size

    def weight(self, shipped):
        """What compiling it takes, in no unit, to tell how much is left."""
        return 250_000 + self.size * (3 if self.edges[0].out in shipped else 1)


def groups_of(sources, alone):
    """Files that may share clusters: those of a directory, and all those of small ones."""
    directories = collections.defaultdict(list)
    for source in sources:
        edge = source.edge
        # Abseil's targets hold a file or two each.
        abseil = "third_party/abseil-cpp" in edge.source
        kind = (
            "abseil" if abseil else edge.target.path,
            edge.target.flags(edge.rule),
            source.settings,
            edge.source.endswith("-tsa.cc"),
        )
        place = os.path.dirname(edge.source)
        if any(edge.source.endswith(name) for name in alone):
            place = edge.source
        directories[(kind, place)].append(source)
    groups = collections.defaultdict(list)
    for (kind, place), members in directories.items():
        small = sum(source.size for source in members) < SMALL_BYTES
        separate = any(name in place for name in alone)
        groups[(kind, "" if small and not separate else place)] += members
    return groups.values()


def clusters_of(sources, alone):
    """Fills clusters in the order of the files, each file into the first that takes it."""
    for members in groups_of(sources, alone):
        clusters = []
        for source in members:
            cluster = next((each for each in clusters if each.takes(source)), None)
            if cluster is None:
                cluster = Cluster()
                clusters.append(cluster)
            cluster.add(source)
        yield from clusters


class Precompiled:
    """Headers that many files of one dialect include, read once for all of them."""

    def __init__(self, sources, number, out):
        first = sources[0].edge.target
        self.target = first
        name = f"precompiled-{number}"
        folder = f"{first.variables['target_out_dir']}/{first.variables['label_name']}"
        self.file = f"{folder}/{name}.pch"
        counts = collections.Counter(header for source in sources for header in source.headers)
        # Those that define macros for the file that includes them say so in their names.
        headers = [
            header
            for header, count in sorted(counts.items())
            if count >= PRECOMPILED_PART * len(sources) and "macros" not in header
        ]
        self.source = f"clusters/{name}.h"
        text = "".join(f'#include "{header}"\n' for header in headers)
        write(os.path.join(out, self.source), text)
        self.inputs = {word for each in sources for word in words_of(each.edge.deps)}

    def edge(self, compiler):
        # Without the name of a module, which gn's own rule gives.
        return (
            f"rule precompile\n  command = {compiler} -MD -MF ${{out}}.d ${{defines}} ${{include_dirs}}"
            " ${cflags} ${cflags_cc} -fpch-instantiate-templates -x c++-header ${in} -o ${out}\n"
            "  description = CXX ${out}\n  depfile = ${out}.d\n  deps = gcc\n"
            f"build {self.file}: precompile {self.source} | {' '.join(sorted(self.inputs))}\n"
        )

    def use(self):
        return f"  cflags = ${{cflags}} -include-pch {self.file}\n"


def words_of(deps):
    return (word for word in deps.split() if "|" not in word)


def precompile(sources, out):
    dialects = collections.defaultdict(list)
    for source in sources:
        target = source.edge.target
        # After all that the headers need, and not after what needs the headers.
        ready = target.follows("phony/v8/run_torque")
        late = target.follows("phony/v8/run_mksnapshot_default")
        if source.edge.rule == "cxx" and ready and not late:
            dialects[source.edge.target.dialect()].append(source)
    large = (members for members in dialects.values() if len(members) >= PRECOMPILED_FOR)
    by_target = {}
    for number, members in enumerate(large):
        header = Precompiled(members, number, out)
        by_target.update((source.edge.target, header) for source in members)
    return by_target


def write(path, text):
    """Leaves alone what is as it should be: ninja goes by the time of the last change."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def needed_by(out, ninja, goals):
    listed = subprocess.run(
        [ninja, "-C", out, "-t", "inputs", *goals], check=True, capture_output=True, text=True
    )
    return set(listed.stdout.split())


def compile_edge(cluster, precompiled, out):
    """The object file that a cluster becomes, and ninja's words for it."""
    first = cluster.edges[0]
    variables = first.target.variables
    source, deps = first.source, first.deps
    name = os.path.splitext(os.path.basename(first.out))[0]
    if len(cluster.edges) > 1:
        sources = [edge.source for edge in cluster.edges]
        digest = hashlib.sha256("\n".join(sources).encode()).hexdigest()[:8]
        name = f"{os.path.basename(os.path.dirname(first.source))}-{digest}"
        source = f"clusters/{variables['label_name']}/{name}.{EXTENSIONS[first.rule]}"
        write(os.path.join(out, source), "\n".join([*cluster.text, ""]))
        inputs = {word for edge in cluster.edges for word in words_of(edge.deps)}
        # Generated sources must exist before the cluster is compiled.
        inputs |= {path for path in sources if path.startswith("gen/")}
        deps = "| " + " ".join(sorted(inputs)) if inputs else ""
    use = ""
    if precompiled and first.rule == "cxx":
        inputs = {precompiled.file, *words_of(deps)}
        deps = "| " + " ".join(sorted(inputs))
        use = precompiled.use()
    object_file = f"{variables['target_out_dir']}/{variables['label_name']}/{name}.o"
    return object_file, (
        f"build {object_file}: {first.rule} {source} {deps}\n  source_name_part = {name}\n{use}"
    )


def rewrite(out, alone_path, ninja, library, goals):
    """Rewrites what gn wrote in `out`. The files that `alone_path` lists share no cluster."""
    with open(alone_path, encoding="utf-8") as file:
        alone = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    with open(os.path.join(out, "toolchain.ninja"), encoding="utf-8") as file:
        toolchain = file.read()
    paths = re.findall(r"^subninja (obj/\S+)$", toolchain, re.M)
    compiler = re.search(r"^rule cxx\n  command = +(\S+)", toolchain, re.M)[1]
    targets = [Target(os.path.join(out, path)) for path in paths]
    lines = (line for target in targets for line in target.rest)
    shipped = set(next(line for line in lines if line.startswith(f"build {library}:")).split())
    for target in targets:
        target.clean(any(edge.out in shipped for edge in target.edges))

    needed = needed_by(out, ninja, goals)
    edges = [edge for target in targets for edge in target.edges if edge.out in needed]
    objects = {}
    compiled = collections.defaultdict(list)
    weights = {}
    sources = [Source(edge, out) for edge in edges]
    precompiled = precompile(sources, out)
    for each in set(precompiled.values()):
        compiled[each.target].append(each.edge(compiler))
        weights[each.file] = PRECOMPILED_WEIGHT
    for cluster in clusters_of(sources, alone):
        header = precompiled.get(cluster.edges[0].target)
        object_file, text = compile_edge(cluster, header, out)
        objects.update((edge.out, object_file) for edge in cluster.edges)
        compiled[cluster.edges[0].target].append(text)
        weights[object_file] = cluster.weight(shipped)
    for target in targets:
        target.write(compiled[target], objects)
    write(os.path.join(out, "weights.json"), json.dumps(weights))
