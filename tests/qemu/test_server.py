"""`make server`: the files that it serves, and its ports."""
import contextlib
import socket
import subprocess
import urllib.request

import guests
import ports
from guest import BUILD, ROOT, Failure, Guest, Server, check, check_equal, knobs_environment, work_dir
from suite import test


@test()
def wget_in_the_guest_fetches_files_from_make_server_but_none_outside_its_folder():
    with Guest("server-http") as g, Server("server-http"):
        url = f"http://10.0.2.2:{g.ports['http']}"
        check_equal(g.ok(f"wget -q -O - {url}/driver.md"), (ROOT / "docs/driver.md").read_text(), "docs/driver.md in the guest")
        listed = g.ok(f"wget -q -O - {url}/").split()
        check_equal(listed, sorted(p.name for p in (ROOT / "docs").iterdir()), "the list of docs/")
        for path in ("%2e%2e/README.md", "no-such-file", "../README.md"):
            out, status = g.run(f"wget -q -O - {url}/{path}")
            check(status != 0 and "teaching kernel" not in out, f"wget of /{path}: status {status}\n{out}")
        g.poweroff()


@test()
def make_server_answers_despite_a_hundred_silent_clients():
    with Server("server-full") as server:
        port = ports.read(server.dir / "ports")["http"]
        with contextlib.ExitStack() as silent:
            for _ in range(100):
                silent.enter_context(socket.create_connection(("127.0.0.1", port), 5))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/driver.md", timeout=5) as answer:
                check_equal(answer.read(), (ROOT / "docs/driver.md").read_bytes(), "docs/driver.md")


@test()
def make_server_warns_if_its_ports_change_while_a_guest_runs():
    directory = work_dir("server-ports")
    if not (directory / "host").exists():
        (directory / "host").symlink_to(BUILD / "host")
    env = knobs_environment(directory, {"BUILD": directory})
    before = ports.agree(str(directory / "ports"), 1)
    guests.take(str(directory), 1)  # as if a guest ran
    with socket.create_server(("127.0.0.1", before["dns"])):
        server = subprocess.Popen(["tools/qemu", "server"], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        try:
            first = server.stdout.readline()
            check("The guest that runs now does not know the new ones: restart it" in first, f"the server prints {first!r}")
            while not (line := server.stdout.readline()).startswith("dns "):
                if not line:
                    raise Failure("the server ended")
        finally:
            server.terminate()
            server.communicate(timeout=10)
    check(ports.read(directory / "ports")["dns"] != before["dns"], "the server still has the port that another program uses")
