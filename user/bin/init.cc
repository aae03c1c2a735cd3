// init: the first process. Opens the console, starts the services, keeps a shell running, reaps orphans.
//
// The boot argument services="httpd inetd" names the services (`make qemu SERVICES=` for none). If there is a
// vsock device, init also starts the agent, with which the host runs commands (docs/agent.md).
//
// Before all others it starts netd, and starts it again if it ends. Only netd gets the network control
// descriptor, which the kernel has opened for init (abi/netctl.h). The boot argument netctl=PROGRAM names
// another program; netctl=sh gives it to the shell, and so to all commands.
//
// With the boot argument run=COMMAND (`make qemu APPEND='run="nettests -q"'`) it runs `sh -c COMMAND`
// instead, without services, and powers off with the command's exit status. Scripts run one command in the
// guest this way.
#include "abi/devices.h"
#include "abi/netctl.h"
#include "abi/vm_sockets.h"
#include "poll.h"
#include "sys/ioctl.h"
#include "sys/socket.h"
#include "termios.h"
#include "user.h"

namespace {

char shell[] = "/sh";

void open_console() {
    if (open("/console", O_RDWR) < 0) {
        mknod("/console", DEV_CONSOLE, 0);
        open("/console", O_RDWR);
    }
    dup(0);  // standard output
    dup(0);  // and errors
}

// The child does not get the network control descriptor.
int fork_without_control() {
    const int pid = fork();
    if (pid == 0) close(NETCTL_DESCRIPTOR);
    return pid;
}

// A program that serves the network. It is in a process group of its own, so that Ctrl-C does not end it. A
// service that ends is not restarted: it may have been killed on purpose.
void start_service(char* name) {
    char* argv[] = {name, nullptr};
    const int pid = fork_without_control();
    if (pid < 0) complain("cannot start %s: %s", name, strerror(pid));
    if (pid != 0) return;
    setpgid(0, 0);
    die("cannot run %s: %s; is it in the file system image?", name, strerror(exec(name, argv)));
}

// The program that gets the network control descriptor: netd, while it runs.
struct {
    char name[32] = "netd";
    int pid = 0;
    int started = 0;  // uptime(), in ticks
    int failures = 0;
} netd;

constexpr int kReadyMs = 2000;   // so long init waits for it at most
constexpr int kShortTicks = 50;  // netd that ends sooner has failed
constexpr int kMostFailures = 3;

// In the child. The pipe's end becomes NETCTL_READY, the lowest descriptor that is free.
[[noreturn]] void run_netd(int (&ready)[2]) {
    char* argv[] = {netd.name, nullptr};
    close(ready[0]);
    dup(ready[1]);
    close(ready[1]);
    setpgid(0, 0);
    die("cannot run %s: %s", netd.name, strerror(exec(netd.name, argv)));
}

// Waits until netd serves, or has ended, so that the programs that init starts find it.
void wait_until_closed(int end) {
    pollfd p{end, POLLIN, 0};
    if (end >= 0 && poll(&p, 1, kReadyMs) == 0) complain("%s is not ready after %d ms", netd.name, kReadyMs);
    close(end);
}

bool shell_has_control() { return strcmp(netd.name, "sh") == 0; }

void start_netd() {
    struct stat st;
    bootarg("netctl", netd.name, sizeof netd.name);
    if (shell_has_control() || stat(netd.name, &st) < 0) return;
    int ready[2] = {-1, -1};
    pipe(ready);
    netd.started = uptime();
    netd.pid = fork();
    if (netd.pid == 0) run_netd(ready);
    if (netd.pid < 0) complain("cannot start %s: %s", netd.name, strerror(netd.pid));
    close(ready[1]);
    wait_until_closed(ready[0]);
}

// netd has ended. Programs keep their channels, and find the new one.
void restart_netd() {
    netd.pid = 0;
    netd.failures = uptime() - netd.started < kShortTicks ? netd.failures + 1 : 0;
    if (netd.failures < kMostFailures) return start_netd();
    complain("%s ended %d times at once; it is not started again", netd.name, netd.failures);
}

void start_services() {
    char names[128];
    if (bootarg("services", names, sizeof names) < 0) return;
    for (char* name = names; *name;) {
        char* end = name;
        while (*end && *end != ' ') end++;
        const bool last = !*end;
        *end = '\0';
        if (end > name) start_service(name);
        name = last ? end : end + 1;
    }
}

// Without a device there may be vsock sockets, but only the local CID.
bool has_vsock_device() {
    unsigned cid = VMADDR_CID_ANY;
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (fd < 0) return false;
    const bool known = ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) == 0;
    close(fd);
    return known && cid != VMADDR_CID_ANY && cid != VMADDR_CID_LOCAL;
}

void start_agent() {
    char name[] = "agent";
    if (has_vsock_device()) start_service(name);
}

// Starts a shell that runs `command` or, if that is null, reads the console. It leads a session of its own:
// the services, which are in init's, have nothing to do with the console. Returns its pid.
int start_shell(char* command) {
    char run_option[] = "-c";
    char* argv[] = {shell, command ? run_option : nullptr, command, nullptr};
    const int pid = shell_has_control() ? fork() : fork_without_control();
    if (pid < 0) die("cannot start a process: %s", strerror(pid));
    if (pid > 0) return pid;
    setsid();
    if (command)
        tcsetpgrp(0, getpid());  // Ctrl-C ends it; a shell that reads the console sets the group itself
    die("cannot run %s: %s; is it in the file system image?", shell, strerror(exec(shell, argv)));
}

// Orphans become init's children, so wait() returns them too.
int wait_for(int shell_pid) {
    for (;;) {
        int status;
        const int pid = wait(&status);
        if (pid == shell_pid) return status;
        if (pid == netd.pid) restart_netd();
        if (pid < 0) die("wait: %s", strerror(pid));
    }
}

[[noreturn]] void run_and_power_off(char* command) {
    const int status = wait_for(start_shell(command));
    printf("init: \"%s\" ended with status %d\n", command, status);
    poweroff(status & 255);
    die("cannot power off");
}

}  // namespace

// Runs a shell. When it ends, the terminal is as before, even if a program was killed with it.
int run_shell() {
    struct termios settings;
    const bool known = tcgetattr(0, &settings) == 0;
    const int status = wait_for(start_shell(nullptr));
    if (known) tcsetattr(0, TCSADRAIN, &settings);
    return status;
}

int main(int argc, char** argv) {
    static char command[256];
    help_if_asked(argc, argv,
                  "init      the kernel runs it as process 1: it starts the services and the shell");
    if (getpid() != 1) die("only the kernel starts it, as process 1");
    open_console();
    start_netd();
    if (bootarg("run", command, sizeof command) > 0) run_and_power_off(command);

    start_services();
    start_agent();
    printf(
        "nx6 is up. Try: nettests, ping 10.0.2.2, netstat, pktdump full; poweroff ends it. `help` lists all "
        "programs.\n");
    for (;;) {
        const int status = run_shell();
        printf("init: the shell ended with status %d; starting a new one\n", status);
        if (status != 0) sleep(5);  // no busy loop if it fails at once
    }
}
