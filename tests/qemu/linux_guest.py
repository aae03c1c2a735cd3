"""Linux guests, with Debian's kernel (tests/linux/): one on vsockd, the counterpart of vsock_guest.py, and one on the network cards
of nx6's guests, which runs commands."""
import contextlib
import os
import shlex
import sys
import time

from guest import ROOT, Failure, Guest, Skip, check
from vsock_ends import VsockEnds

sys.path.insert(0, str(ROOT / "tests/linux"))
import image  # noqa: E402

MEMORY = "256M"


@contextlib.contextmanager
def skipped_without_a_kernel():
    try:
        yield
    except image.Unavailable as e:
        raise Skip(f"there is no Linux kernel: {e}") from None


def prepare():
    """Makes what the guest boots from, which may be downloaded first. Raises Skip if it cannot be had."""
    with skipped_without_a_kernel():
        image.prepare()


class LinuxGuest(VsockEnds, Guest):
    """Runs vsockpeer as its only program. The knob CPUS is that of `make qemu`. prepare() comes first."""

    def __init__(self, name, **knobs):
        with skipped_without_a_kernel():
            self._kernel, self._initrd = image.files()
        super().__init__(name, boot=False, **knobs)

    def _command(self):
        vsock = self.path_of(self.dir.name)
        return shlex.join(str(word) for word in (
            os.environ.get("QEMU", "qemu-system-riscv64"), "-machine", "virt,memory-backend=mem", "-m", MEMORY,
            "-object", f"memory-backend-memfd,id=mem,size={MEMORY},share=on", "-smp", self.env["CPUS"], "-nographic", "-nic", "none",
            "-kernel", self._kernel, "-initrd", self._initrd, "-append", "console=ttyS0 quiet panic=-1",
            "-global", "virtio-mmio.force-legacy=false", "-chardev", f"socket,id=vsock0,path={vsock}.qemu",
            "-device", "vhost-user-vsock-device,chardev=vsock0", *shlex.split(self.monitor_argument(self.dir.name))))

    def wait_up(self):
        """Linux 6.12 with several harts hangs now and then before its first message in QEMU 7.2: then it is reset, once."""
        try:
            self.wait_vsockpeer(40)
        except Failure:
            if self.qemu.poll() is not None:
                raise
            self.monitor("system_reset")
            self.wait_vsockpeer(40)

    def restart_qemu(self):
        Guest.__exit__(self)
        Guest.__enter__(self)
        self.wait_up()

    def relay(self, port, answer="OK"):
        """A connection to vsockpeer, which has connected to this port of the host and relays, or answers with an error."""
        s = self.connect(20)
        s.sendall(b"%d\n" % port)
        line = s.makefile("rb", 0).readline().decode().strip()
        check(line == answer, f"the guest's connection to port {port}: {line!r}, expected {answer!r}")
        return s


class LinuxCommands(Guest):
    """Has the network card and the network that the same knobs give an nx6 guest, with its address, and runs guestbench."""

    def __init__(self, name, **knobs):
        with skipped_without_a_kernel():
            self._kernel, self._initrd = image.files()
        super().__init__(name, boot=False, MEM=MEMORY, **knobs)

    def _command(self):
        """nx6's command, with another kernel: Linux starts behind OpenSBI, which QEMU has."""
        card = self.env["NIC"].partition(",")[0]
        words = shlex.split(super()._command())
        variables = f"modules=/modules-{card} address=10.0.2.15 program=/lines"
        for option, value in (("-kernel", self._kernel), ("-append", f"console=ttyS0 quiet panic=-1 ipv6.disable=1 {variables}"),
                              ("-bios", "default")):
            words[words.index(option) + 1] = str(value)
        return shlex.join([*words, "-initrd", str(self._initrd)])

    def __enter__(self):
        super().__enter__()
        try:
            self.wait("init: up\n", 60)
            self.seconds = time.monotonic() - self.started
            self.wait("lines: ready\n", 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self, command):
        self._mark = getattr(self, "_mark", 0) + 1
        self._start = self.type(f"{self._mark} {command}\n")

    def finish(self, timeout=20):
        end = self.wait(rf"\[{self._mark}:(-?\d+)\]\n", timeout, self._start)
        return self.text[self._start:end.start()].partition("\n")[2], int(end[1])
