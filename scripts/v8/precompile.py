"""Headers that are read once for many files. V8's take a compiler 5 to 8 seconds each time, which
is most of what a cluster takes."""

import collections
import os

from ninjafiles import words_of, write

# For so many files or more, those that this part of them includes.
FILES = 100
PART = 0.02


class Precompiled:
    """The headers of files that have one dialect."""

    def __init__(self, sources, number, out):
        self.target = sources[0].edge.target
        name = f"precompiled-{number}"
        self.file = f"{self.target.folder()}/{name}.pch"
        self.source = f"clusters/{name}.h"
        self.inputs = set().union(*(words_of(source.edge.deps) for source in sources))
        counts = collections.Counter(header for source in sources for header in source.headers)
        headers = [
            header
            for header, count in sorted(counts.items())
            # Those that define macros for the file that includes them say so in their names.
            if count >= PART * len(sources) and "macros" not in header
        ]
        text = "".join(f'#include "{header}"\n' for header in headers)
        write(os.path.join(out, self.source), text)

    def edge(self, compiler):
        # gn's own rule names a module, which this is not.
        return (
            f"rule precompile\n  command = {compiler} -MD -MF ${{out}}.d ${{defines}}"
            " ${include_dirs} ${cflags} ${cflags_cc}"
            " -fpch-instantiate-templates -x c++-header ${in} -o ${out}\n"
            "  description = CXX ${out}\n  depfile = ${out}.d\n  deps = gcc\n"
            f"build {self.file}: precompile {self.source} | {' '.join(sorted(self.inputs))}\n"
        )

    def use(self):
        return f"  cflags = ${{cflags}} -include-pch {self.file}\n"


def precompile(sources, out):
    """What there is to precompile, by the targets that use it."""
    dialects = collections.defaultdict(list)
    for source in sources:
        target = source.edge.target
        # After all that the headers need, and not after what needs the headers.
        ready = target.follows("phony/v8/run_torque")
        late = target.follows("phony/v8/run_mksnapshot_default")
        if source.edge.rule == "cxx" and ready and not late:
            dialects[target.dialect()].append(source)
    large = (members for members in dialects.values() if len(members) >= FILES)
    by_target = {}
    for number, members in enumerate(large):
        header = Precompiled(members, number, out)
        by_target.update((source.edge.target, header) for source in members)
    return by_target
