"""A copy of the user programs' sources, to which a test adds programs, with what is built already."""
import shutil
import subprocess

from guest import BUILD, ROOT, check_equal, work_dir


class SourceTree:
    def __init__(self, name):
        self.path = work_dir(name) / "tree"
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir()
        for folder in ("Makefile", "kernel", "mkfs", "tests", "tools"):
            (self.path / folder).symlink_to(ROOT / folder)
        shutil.copytree(ROOT / "user", self.path / "user")
        # With what is built already, only what the test adds is compiled.
        self.build = self.path / "build"
        for built in [*(BUILD / name for name in ("obj/user", "user", "host/mkfs", "flags", "names", "have")),
                      *BUILD.glob("toolchain*.mk")]:
            place = self.build / built.relative_to(BUILD)
            place.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", "--no-target-directory", built, place], check=True)

    def write(self, path, text):
        """Writes a file of the tree, for example "user/bin/hello.c"."""
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text)

    def run_make(self, *targets):
        return subprocess.run(["make", "-s", "BUILD=build", *targets], cwd=self.path, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def make(self, *targets):
        done = self.run_make(*targets)
        check_equal(done.returncode, 0, f"make {' '.join(targets)}, which printed\n{done.stdout}\n")

    def remove(self):
        shutil.rmtree(self.path)
