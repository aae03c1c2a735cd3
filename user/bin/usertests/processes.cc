// Processes: as many as the system allows, and races between fork, exit, wait and kill.
#include "kit.h"

namespace usertests {

// Each child waits for the pipe to close, so all exist at the same time.
bool test_fork_limit() {
    Pipe hold;
    if (!hold.ok()) return false;
    int children = 0, error = 0;
    for (; children <= NPROC; children++) {
        const int pid = fork();
        if (pid == 0) {
            hold.close_writer();
            char byte;
            exit(read(hold.reader(), &byte, 1));
        }
        if ((error = pid) < 0) break;
    }
    hold.close_writer();
    int reaped = 0, status = 0, bad = 0;
    while (wait(&status) > 0) {
        reaped++;
        bad += status != 0;
    }
    if (error >= 0) return fail("%d processes were started, more than NPROC allows", children);
    if (error != -EAGAIN && error != -ENOMEM) return expect("fork() of one process too many", error, -EAGAIN);
    if (reaped != children || bad)
        return fail("of %d children %d were reaped, %d with a wrong status", children, reaped, bad);
    note("%d at once", children);
    return children > NPROC / 2 || fail("only %d processes could be started", children);
}

bool test_exit_status() {
    for (const int status : {0, 1, -1, 255, 256, 747, 2147483647, -2147483647 - 1}) {
        if (!expect("a child's status", status_of([status] { return status; }), status)) return false;
    }
    // The argument of exit is an int: the kernel must ignore the upper half of the register.
    const int pid = fork();
    if (pid == 0) call(kCall_exit, (9l << 32) | 3);
    return expect("a child's status", end_of(pid), 3) &&
           expect("wait() without children", wait(nullptr), -ECHILD);
}

bool test_orphans() {
    for (int round = 0; round < (quick ? 30 : 300); round++) {
        const int status = status_of([round] {
            for (int i = 0; i < 3; i++) {
                const int pid = fork();
                if (pid < 0) return 1;
                if (pid == 0) {
                    if (i == 1) fork();
                    if ((round + i) % 7 == 0) sleep(1);
                    exit(0);
                }
            }
            return 0;
        });
        if (!expect("the end of a parent", status, 0)) return false;
    }
    return true;
}

bool test_kill_numbers() {
    for (const int pid : {0, -1, 2147483647, -2147483647 - 1, getpid() + 100'000}) {
        char what[32];
        snprintf(what, sizeof what, "kill(%d)", pid);
        if (!expect(what, kill(pid), -ESRCH)) return false;
    }
    if (!expect("kill() of init", kill(1), -EPERM)) return false;
    const int zombie = start([] { return 0; });
    sleep(1);
    const int result = kill(zombie);
    end_of(zombie);
    return expect("kill() of a process that has ended", result, -ESRCH) &&
           expect("the status of a process that kills itself", status_of([] {
                      kill(getpid());
                      return 3;
                  }),
                  kKilled);
}

// The group of a child that has started another one, and is not in our group.
bool test_kill_group() {
    Pipe started;
    if (!started.ok()) return false;
    const int leader = start([&] {
        setpgid(0, 0);
        if (fork() >= 0) write(started.writer(), "x", 1), sleep(1000);
        return 0;
    });
    started.close_writer();
    char both[2];
    for (char& one : both) read(started.reader(), &one, 1);
    if (!expect("kill() of a group", kill(-leader), 0)) return false;
    if (!expect("the status of its first process", end_of(leader), kKilled)) return false;
    // init reaps the other one.
    for (int i = 0; i < 50 && kill(-leader) == 0; i++) sleep(1);
    return expect("kill() of a group without a process", kill(-leader), -ESRCH);
}

namespace {

// Repeats fork, exec, pipe and wait; a kill may end it anywhere.
[[noreturn]] void live_dangerously() {
    static char path[] = "/echo", option[] = "-n", nothing[] = "";
    char* argv[] = {path, option, nothing, nullptr};
    for (;;) {
        int ends[2];
        if (pipe(ends) < 0) continue;
        const int pid = fork();
        if (pid == 0) {
            char byte;
            close(ends[1]);
            read(ends[0], &byte, 1);
            exec(path, argv);
            exit(1);
        }
        write(ends[1], "x", 1);
        close(ends[0]), close(ends[1]);
        const int fd = open("ut-kill", O_CREATE | O_RDWR);
        write(fd, path, sizeof path);
        close(fd);
        unlink("ut-kill");
        if (pid > 0) wait(nullptr);
    }
}

}  // namespace

bool test_kill_races() {
    const Scratch scratch("ut-kill");
    Draw draw(1);
    for (int round = 0; round < (quick ? 60 : 1000); round++) {
        const int victim = start([]() -> int { live_dangerously(); });
        if (victim < 0) return false;
        // At any point of its first few milliseconds, sometimes by two processes.
        for (const unsigned long until = nanouptime() + draw.below(3'000'000); nanouptime() < until;)
            continue;
        const int helper = draw.below(2) ? start([victim] { return kill(victim), 0; }) : 0;
        kill(victim);
        if (!expect("the status of a process that was killed", end_of(victim), kKilled)) return false;
        if (helper > 0)
            while (wait(nullptr) > 0) continue;
    }
    return true;
}

namespace {

void wait_for_socket(int fd) {
    char byte;
    if (fd < 0) sleep(100);
    read(fd, &byte, 1);
}

}  // namespace

bool test_kill_blocked() {
    Pipe pipe;
    if (!pipe.ok()) return false;
    static char text[8192];
    char byte;
    return can_be_killed("a pipe's reader", [&] { read(pipe.reader(), text, 1); }) &&
           can_be_killed("a pipe's writer",
                         [&] {
                             while (write(pipe.writer(), text, sizeof text)) continue;
                         }) &&
           can_be_killed("time to pass", [] { sleep(1000); }) &&
           can_be_killed("a child",
                         [&] {
                             if (fork() == 0) sleep(3), exit(0);
                             wait(nullptr);
                         }) &&
           can_be_killed("the console", [&] { read(open("/console", O_RDONLY), &byte, 1); }) &&
           can_be_killed("a datagram", [] { wait_for_socket(connect(0x0a000202, 0, 9)); }) &&
           can_be_killed("an echo reply", [] { wait_for_socket(pingopen(0x0a000202)); });
}

// Parents that wait while their children end and while they are killed themselves.
bool test_wait_races() {
    Draw draw(2);
    for (int round = 0; round < (quick ? 30 : 400); round++) {
        const int parent = start([] {
            for (int i = 0; i < 8; i++) {
                if (fork() == 0) exit(i);
            }
            int sum = 0, status;
            while (wait(&status) > 0) sum += status;
            return sum;
        });
        if (parent < 0) return false;
        const bool shot = draw.below(3) == 0;
        if (shot) kill(parent);
        const int status = end_of(parent);
        if (status != 28 && !(shot && status == kKilled))
            return fail("the statuses of 8 children add up to %d, not 28", status);
    }
    return true;
}

}  // namespace usertests
