"""Which source files are compiled as one. Most of what a compiler does with a file of V8 is
reading the same headers again, so a cluster includes several files: with the same flags, of one
directory or of small ones, and with no name of their own in common."""

import collections
import os
import re

# A cluster's size, in bytes of source: at most this much, or some would take minutes and gigabytes.
CLUSTER_BYTES = 150_000
GENERATED_BYTES = 6_000
# Turboshaft's phases are a few lines, from which templates make half a compiler.
PHASE_BYTES = 40_000
# Directories with less share clusters with others.
SMALL_BYTES = 150_000
# Macros of ICU that change its headers, and its headers that define macros with common names. Files
# share clusters only with those that have the same.
SETTINGS = (
    r"^#(?:define (UNISTR_FROM_\w+)|include \"(messageformat2_macros|selfmtimpl|dt\w*_impl)\.h)"
)


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
        self.seconds = self.size / 30_000
        if edge.source.endswith("-phase.cc"):
            self.size += PHASE_BYTES
            self.seconds += 15
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
        # Of a class, the name and not its bases; and no member of one, which has `::` before it.
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
        self.seconds = 0

    def takes(self, source):
        return self.size + source.size <= CLUSTER_BYTES and not self.names & source.names

    def add(self, source):
        self.edges.append(source.edge)
        # Its macros are not for those that follow.
        self.text += [f'#include "../../{source.edge.source}"']
        self.text += [f"#undef {name}" for name in source.macros]
        self.names |= source.names
        self.size += source.size
        self.seconds += source.seconds

    def estimate(self, shipped, precompiled):
        """The seconds that compiling it may take, to tell how much is left."""
        if self.edges[0].out not in shipped:
            return 3
        return 0.5 + self.seconds if precompiled else 1 + self.seconds / 10


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
