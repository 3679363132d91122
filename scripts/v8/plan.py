"""Rewrites the ninja files that gn wrote, so that V8 builds in a tenth of the time."""

import collections
import hashlib
import json
import os
import re

from cluster import Source, clusters_of
from ninjafiles import Target, needed_by, words_of, write
from precompile import precompile

EXTENSIONS = {"cc": "c", "cxx": "cc"}
PRECOMPILED_SECONDS = 20


def compile_edge(cluster, precompiled, out):
    """The object file that a cluster becomes, and ninja's words for it."""
    first = cluster.edges[0]
    source, deps = first.source, words_of(first.deps)
    name = os.path.splitext(os.path.basename(first.out))[0]
    if len(cluster.edges) > 1:
        sources = [edge.source for edge in cluster.edges]
        digest = hashlib.sha256("\n".join(sources).encode()).hexdigest()[:8]
        name = f"{os.path.basename(os.path.dirname(source))}-{digest}"
        source = f"clusters/{first.target.variables['label_name']}/{name}.{EXTENSIONS[first.rule]}"
        write(os.path.join(out, source), "\n".join([*cluster.text, ""]))
        deps = set().union(*(words_of(edge.deps) for edge in cluster.edges))
        # Generated sources must exist before the cluster is compiled.
        deps.update(path for path in sources if path.startswith("gen/"))
    use = ""
    if precompiled and first.rule == "cxx":
        deps.add(precompiled.file)
        use = precompiled.use()
    object_file = f"{first.target.folder()}/{name}.o"
    inputs = " ".join(["|", *sorted(deps)]) if deps else ""
    return object_file, (
        f"build {object_file}: {first.rule} {source} {inputs}\n  source_name_part = {name}\n{use}"
    )


def rewrite(out, alone_path, ninja, library, goals):
    """Rewrites what gn wrote in `out`, as far as `goals` need it. The files that `alone_path` lists
    share no cluster; what isn't in `library` only runs meanwhile."""
    with open(alone_path, encoding="utf-8") as file:
        alone = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    with open(os.path.join(out, "toolchain.ninja"), encoding="utf-8") as file:
        toolchain = file.read()
    compiler = re.search(r"^rule cxx\n  command = +(\S+)", toolchain, re.M)[1]
    paths = re.findall(r"^subninja (obj/\S+)$", toolchain, re.M)
    targets = [Target(os.path.join(out, path)) for path in paths]
    lines = (line for target in targets for line in target.rest)
    shipped = set(next(line for line in lines if line.startswith(f"build {library}:")).split())
    for target in targets:
        target.clean(any(edge.out in shipped for edge in target.edges))

    needed = needed_by(out, ninja, goals)
    edges = [edge for target in targets for edge in target.edges if edge.out in needed]
    sources = [Source(edge, out) for edge in edges]
    precompiled = precompile(sources, out)
    compiled = collections.defaultdict(list)
    objects = {}
    seconds = {}
    for header in dict.fromkeys(precompiled.values()):
        compiled[header.target].append(header.edge(compiler))
        seconds[header.file] = PRECOMPILED_SECONDS
    for cluster in clusters_of(sources, alone):
        target = cluster.edges[0].target
        header = precompiled.get(target)
        object_file, text = compile_edge(cluster, header, out)
        objects.update((edge.out, object_file) for edge in cluster.edges)
        compiled[target].append(text)
        seconds[object_file] = cluster.estimate(shipped, header)
    for target in targets:
        target.write(compiled[target], objects)
    write(os.path.join(out, "seconds.json"), json.dumps(seconds))
