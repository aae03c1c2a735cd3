"""Ends that vanish: the guest panics or its QEMU is killed while vsockd serves it, and processes of the guest are killed."""
import random
import re
import socket
import threading
import time

from guest import BUILD, check, check_equal
from suite import test
from test_sockets import TEST_DISK
from vsock_guest import VsockGuest


def tell_gdb(gdb, command):
    gdb.sendall(f"${command}#{sum(command.encode()) % 256:02x}".encode())


def ask_gdb(gdb, command, answer):
    """Sends a command to QEMU's gdb server, and waits for this answer between others."""
    tell_gdb(gdb, command)
    text = ""
    while not (found := re.search(answer, text)):
        text += gdb.recv(4096).decode()
        gdb.sendall(b"+")
    return found


def jump_to_0(g, gdb):
    """Returns what the guest prints of it."""
    start = len(g.text)
    registers = ask_gdb(gdb, "g", r"\$([0-9a-f]{528})#")[1]  # 32, and the pc
    ask_gdb(gdb, "G" + registers[:-16] + "0" * 16, r"\$OK#")
    tell_gdb(gdb, "c")  # any byte after this would stop the guest again
    return g.wait("panic: hart|killed: instruction page fault", 10, start)[0]


def panic(g):
    """Lets the kernel jump to address 0. If it is a process that did, another try follows."""
    for _ in range(10):
        with socket.socket(socket.AF_UNIX) as gdb:
            gdb.settimeout(10)
            gdb.connect(str(g.dir / "gdb"))
            if jump_to_0(g, gdb) == "panic: hart":
                return check_equal(g.exit_status(), 101, "QEMU's status after a panic")
    check(False, "the kernel was never running when it was stopped")


def kill(g):
    g.qemu.kill()
    g.qemu.wait()



@test(deadline=90)
def when_a_guest_panics_or_its_qemu_is_killed_programs_read_the_end_and_the_next_guest_works():
    gdb = f"-gdb unix:{BUILD}/test/vsock-ends/gdb,server=on,wait=off"
    with VsockGuest("vsock-ends", once=False, CPUS=1, QEMUEXTRA=gdb) as g, g.listen(5000) as listener:
        time.sleep(3)  # until the connections that started the guest have closed
        g.count_held()
        for end in (panic, kill):
            with g.connect(7, seconds=10) as s, g.connect(7, seconds=10) as unread:
                s.sendall(b"before")
                check_equal(s.recv(10), b"before", "the echo")
                unread.sendall(b"what the guest sent")
                time.sleep(0.2)
                g.type("nc vsock:2:5000\n")
                with listener.accept()[0] as c:
                    c.settimeout(10)
                    end(g)
                    check_equal(s.recv(10), b"", "what a program receives at the end")
                    check_equal(unread.recv(100), b"what the guest sent", "what was under way at the end")
                    check_equal(unread.recv(10), b"", "what follows it")
                    check_equal(c.recv(10), b"", "what a program receives to which the guest had connected")
            with socket.socket(socket.AF_UNIX) as late:
                late.settimeout(10)
                late.connect(g.vsock)
                late.sendall(b"CONNECT 7\n")
                check_equal(late.recv(10), b"", "what a program receives without a guest")
            g.boot_again()
            check_equal(g.echo(b"after"), b"after", "the echo of the next guest")
            g.check_nothing_lost()


def echo_until_closed(listener):
    """A host whose programs vanish in the middle, too. Ends when the listener is closed."""
    chance = random.Random(7)

    def one(c):
        with c:
            c.settimeout(1)
            try:
                for _ in range(chance.randrange(6)):
                    c.sendall(c.recv(30_000))
            except OSError:
                pass
    while True:
        try:
            c, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        threading.Thread(target=one, args=(c,), daemon=True).start()


@test(deadline=120)
def processes_killed_between_any_two_steps_of_a_vsock_connection_leave_nothing():
    with VsockGuest("vsock-kill", **TEST_DISK) as g, g.listen(5000) as listener:
        listener.settimeout(0.2)
        server = threading.Thread(target=echo_until_closed, args=(listener,))
        server.start()
        try:
            time.sleep(3)  # until the connections that started the guest have closed
            g.count_held()
            for seed in (1, 2):
                check("306 processes killed" in (out := g.ok(f"vsockkill {seed} 300", 60)), out)
                g.check_nothing_lost()
        finally:
            listener.close()
            server.join(5)
        check_equal(g.echo(b"alive"), b"alive", "the echo at the end")
