"""`make qemu VSOCK=PATH`: the device, and the vsockd that belongs to it."""
import os
import pathlib
import re
import resource
import socket
import subprocess
import tempfile
import time

from guest import BUILD, ROOT, check, check_equal, knobs_environment, work_dir
from suite import test


def wait_until(true, what):
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    check(False, f"{what}: not within 10 s")


@test()
def vsockd_begins_and_ends_with_make_qemu():
    with tempfile.TemporaryDirectory() as folder:  # a UNIX socket's name is short
        path = pathlib.Path(folder) / "v"
        env = knobs_environment(work_dir("vsockd"), {"VSOCK": path, "NIC": "none", "CPUS": "1", "GUEST": "9"})
        with subprocess.Popen([ROOT / "tools/qemu", "run"], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as qemu:
            text = b""
            while not text.endswith(b"$ "):
                chunk = os.read(qemu.stdout.fileno(), 4096)
                check(chunk, f"QEMU has ended: {text.decode(errors='replace')}")
                text += chunk
            with socket.socket(socket.AF_UNIX) as program:
                program.connect(str(path))
                program.sendall(b"CONNECT 65535\n")
                check_equal(program.recv(100), b"", "what a program receives when nobody listens in the guest")
            qemu.communicate(b"\x01x", timeout=20)
        wait_until(lambda: not list(pathlib.Path(folder).iterdir()), "vsockd removes its sockets")


@test()
def a_VSOCK_in_use_is_refused_before_qemu_starts():
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as other:
        path = pathlib.Path(folder) / "v"
        other.bind(str(path))
        other.listen()
        env = knobs_environment(work_dir("vsockd-used"), {"VSOCK": path, "NIC": "none", "GUEST": "8"})
        done = subprocess.run([ROOT / "tools/qemu", "run"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
        check("is in use by another program" in done.stdout, done.stdout)
        check_equal(done.returncode, 1, "the exit status")
        check(path.exists(), "the other program's socket is gone")


def start_vsockd(connections, most_files):
    """vsockd under a limit of open files: 256, which it may raise to most_files."""
    folder = tempfile.TemporaryDirectory()
    vsockd = subprocess.Popen([BUILD / "host/vsockd", "--connections", str(connections), folder.name + "/v"], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, most_files)))
    return folder, vsockd


@test()
def vsockd_raises_the_limit_of_open_files_as_far_as_it_may():
    folder, vsockd = start_vsockd(900, 1000)
    with folder, vsockd:
        check("programs connect to" in (line := vsockd.stdout.readline()), line)
        limit = re.search(r"Max open files +(\d+)", pathlib.Path(f"/proc/{vsockd.pid}/limits").read_text())
        check(int(limit[1]) >= 900, f"the limit is {limit[1]}")
        vsockd.terminate()


@test()
def vsockd_says_what_to_do_when_the_limit_of_open_files_is_too_low():
    folder, vsockd = start_vsockd(65000, 1000)
    with folder:
        _, text = vsockd.communicate(timeout=10)
        check_equal(vsockd.returncode, 1, "the exit status")
        for words in ("only 1000 are allowed", "use --connections 936", "ulimit -n 65064"):
            check(words in text, text)
