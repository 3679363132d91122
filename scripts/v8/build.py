"""Builds V8 from its source in the crate `v8`, for machines that can't reach GitHub.

    build.py VERSION ARCHIVE

ARCHIVE is where the library goes, as the crate's build script looks for it: gzipped. Everything
else happens in target/v8 and is removed in the end. Called again after an interruption or an
error, it goes on where it was.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import plan
from progress import Progress

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TARGET = "x86_64-unknown-linux-gnu"
# The data of the ICU that V8 holds, which is left out of the crate `v8`.
ICU_DATA = 'deno_core_icudata = "=0.77.0"'
LIBRARY = "obj/librusty_v8.a"
# The program that checks it links it.
GOALS = ["segfn_check"]
# What it takes at most, and one compiler of it.
DISK_GB = 3
COMPILER_GB = 1.5


class Failed(Exception):
    """What the user is told, in place of a trace."""


class Build:
    def __init__(self, archive, folder, log, lock):
        self.archive = archive
        self.folder = folder
        self.log = log
        self.lock = lock
        self.source = folder / "source"
        self.out = self.source / "out"
        self.tools = folder / "tools"
        self.overlay = folder / "clang"

    def run(self, command, **options):
        """Runs a command, all it says in the log."""
        self.log.write(f"$ {' '.join(map(str, command))}\n")
        self.log.flush()
        result = subprocess.run(command, stdout=self.log, stderr=subprocess.STDOUT, **options)
        if result.returncode != 0:
            raise Failed(f"{Path(command[0]).name} ended with {result.returncode}")

    def tool(self, name):
        return self.tools / "bin" / name

    # The steps.

    def get_tools(self, _progress):
        self.run([sys.executable, "-m", "venv", "--clear", self.tools])
        self.run(
            [self.tool("pip"), "install", "--require-hashes", "--no-deps", "--only-binary=:all:"]
            + ["--disable-pip-version-check", "-r", HERE / "requirements.txt"]
        )
        (zig,) = self.tools.glob("lib/python*/site-packages/ziglang")
        self.write_compiler(zig)
        hello = self.folder / "hello.cc"
        hello.write_text("#include <stdio.h>\nint main() { return puts(__VERSION__) < 0; }\n")
        program = self.folder / "hello"
        try:
            self.run(
                [self.overlay / "bin/clang++", f"--target={TARGET}", "-fuse-ld=lld", hello]
                + ["-o", program]
            )
            self.run([program])
        except Failed as failure:
            raise Failed(
                "the C library's headers are missing: sudo apt-get install build-essential"
            ) from failure

    def write_compiler(self, zig):
        """A folder as gn expects a Clang in, over the one that is part of Zig."""
        commands = {
            "clang": "clang -B{bin} -idirafter {zig}/lib/include",
            "clang++": "clang --driver-mode=g++ -B{bin} -idirafter {zig}/lib/include",
            "ld.lld": "ld.lld",
            "llvm-ar": "ar",
        }
        folder = self.overlay / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        for name, command in commands.items():
            script = folder / name
            command = command.format(bin=folder, zig=zig)
            script.write_text(f'#!/bin/sh\nexec "{zig}/zig" {command} "$@"\n')
            script.chmod(0o755)
        # gn wants LLVM's runtime there; GCC's has the same functions, and Rust needs GCC to link.
        runtime = subprocess.run(
            ["cc", "-print-libgcc-file-name"], capture_output=True, text=True, check=False
        )
        if runtime.returncode != 0:
            raise Failed("there is no C compiler: sudo apt-get install build-essential")
        library = self.overlay / f"lib/clang/22/lib/{TARGET}/libclang_rt.builtins.a"
        library.parent.mkdir(parents=True, exist_ok=True)
        library.unlink(missing_ok=True)
        library.symlink_to(runtime.stdout.strip())

    def get_source(self, _progress):
        crate = self.crate(REPOSITORY, "v8", "--locked")
        package = self.folder / "icu"
        package.mkdir(exist_ok=True)
        (package / "Cargo.toml").write_text(
            f'[package]\nname = "icu"\n[lib]\npath = "lib.rs"\n[dependencies]\n{ICU_DATA}\n'
            # A package of its own, though it lies in segfn's folder.
            "[workspace]\n"
        )
        (package / "lib.rs").touch()
        icu = self.crate(package, "deno_core_icudata")
        shutil.rmtree(self.source, ignore_errors=True)
        shutil.copytree(crate, self.source)
        data = self.source / "third_party/icu/common/icudtl.dat"
        data.parent.mkdir()
        shutil.copyfile(icu / "src/icudtl.dat", data)
        shutil.copyfile(HERE / "check.cc", self.source / "check.cc")
        with open(self.source / "BUILD.gn", "a", encoding="utf-8") as file:
            file.write(
                '\nexecutable("segfn_check") {\n  sources = [ "check.cc" ]\n'
                '  deps = [ ":rusty_v8" ]\n  configs += [ ":rusty_v8_config" ]\n}\n'
            )

    def crate(self, package, name, *options):
        """The folder where cargo has a crate's source, fetched if need be."""
        command = ["cargo", "metadata", "--format-version=1", f"--filter-platform={TARGET}"]
        command += options
        self.log.write(f"$ {' '.join(command)}\n")
        self.log.flush()
        result = subprocess.run(
            command, cwd=package, stdout=subprocess.PIPE, stderr=self.log, check=False
        )
        if result.returncode != 0:
            raise Failed(f"cargo can't fetch {name}")
        for entry in json.loads(result.stdout)["packages"]:
            if entry["name"] == name:
                return Path(entry["manifest_path"]).parent
        raise Failed(f"cargo knows no {name}")

    def make_plan(self, _progress):
        self.out.mkdir(exist_ok=True)
        arguments = (HERE / "args.gn").read_text() + f'clang_base_path = "{self.overlay}"\n'
        (self.out / "args.gn").write_text(arguments)
        python = f"--script-executable={sys.executable}"
        self.run([self.tool("gn"), "gen", "out", python], cwd=self.source)
        plan.rewrite(self.out, HERE / "alone.txt", self.tool("ninja"), LIBRARY, GOALS)

    def compile(self, progress):
        seconds = json.loads((self.out / "seconds.json").read_text())
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
        jobs = max(1, min(len(os.sched_getaffinity(0)), int(memory / COMPILER_GB) - 1))
        done = self.finished(seconds)
        command = [self.tool("ninja"), "-C", self.out, "-j", str(jobs), *GOALS]
        environment = {**os.environ, "NINJA_STATUS": "", "PYTHONDONTWRITEBYTECODE": "1"}
        # ninja holds the lock too: if it outlives this process, no second one comes in its way.
        ninja = subprocess.Popen(
            command,
            env=environment,
            pass_fds=(self.lock.fileno(),),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            progress.start(done, sum(seconds.values()))
            error = ""
            for line in ninja.stdout:
                self.log.write(line)
                if "error:" in line and not error:
                    error = f": {line.strip()}"
                words = line.split()
                if len(words) == 2 and words[1] in seconds:
                    progress.advance(seconds[words[1]])
            code = ninja.wait()
        except BaseException:
            # ninja ends its compilers, and takes away what they had not finished.
            ninja.terminate()
            ninja.wait()
            raise
        if code != 0:
            raise Failed(f"ninja ended with {code}{error}")

    def finished(self, seconds):
        return sum(each for name, each in seconds.items() if (self.out / name).exists())

    def check(self, _progress):
        self.run([self.out / "segfn_check"])

    def keep(self, _progress):
        self.archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.archive.parent, delete=False) as part:
            try:
                with (
                    open(self.out / LIBRARY, "rb") as library,
                    gzip.GzipFile("", "wb", 6, part, mtime=0) as packed,
                ):
                    shutil.copyfileobj(library, packed, 1 << 20)
                part.flush()
                os.chmod(part.name, 0o644)
                os.replace(part.name, self.archive)
            except BaseException:
                os.unlink(part.name)
                raise


STEPS = (
    ("getting the compiler", Build.get_tools),
    ("getting the source", Build.get_source),
    ("planning", Build.make_plan),
    ("compiling", Build.compile),
    ("checking", Build.check),
    ("packing", Build.keep),
)


def identity(version):
    """What this build is made of: another makes a folder of its own, and none is ever mixed."""
    digest = hashlib.sha256(version.encode())
    for path in sorted(HERE.iterdir()):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def prepare(root, version):
    name = identity(version)
    for old in root.iterdir():
        if old.is_dir() and old.name != name:
            shutil.rmtree(old)
    folder = root / name
    folder.mkdir(exist_ok=True)
    free = shutil.disk_usage(folder).free / 1e9
    if free < DISK_GB and not any(folder.glob("*.done")):
        raise Failed(f"{DISK_GB} GB of disk are needed, and {free:.1f} are free")
    return folder


def require_venv():
    """venv, which Debian packs apart from Python."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        for command in (["update", "-qq"], ["install", "-qq", "-y", "python3-venv"]):
            subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, check=False)
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        raise Failed("Python has no venv: sudo apt-get install python3-venv")


def make(version, archive):
    root = REPOSITORY / "target" / "v8"
    root.mkdir(parents=True, exist_ok=True)
    log_path = root / "build.log"
    progress = Progress(f"segfn: V8 {version}", len(STEPS))
    # Not two at once: the other's result will do.
    with open(root / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("another build is at it: waiting")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if archive.exists():
            return
        step = "beginning"
        with open(log_path, "a", encoding="utf-8") as log:
            try:
                require_venv()
                folder = prepare(root, version)
                build = Build(archive, folder, log, lock)
                for number, (step, work) in enumerate(STEPS, 1):
                    stamp = folder / f"{number}.done"
                    if stamp.exists():
                        continue
                    progress.step(number, step)
                    work(build, progress)
                    stamp.touch()
            except Exception as failure:
                log.write(traceback.format_exc())
                told = failure if isinstance(failure, (Failed, OSError)) else repr(failure)
                raise Failed(
                    f"{step}: {told}\n  the log: {log_path}\n  the same command goes on from there"
                ) from failure
    progress.end(f"done, in {archive}")
    shutil.rmtree(root)


def main():
    version, archive = sys.argv[1], Path(sys.argv[2])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        make(version, archive)
    except Failed as failure:
        sys.exit(f"\nsegfn: V8 could not be built: {failure}")
    except KeyboardInterrupt:
        print("\nsegfn: interrupted; the same command goes on from here", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
