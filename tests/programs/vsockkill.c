/* Kills processes between any two steps of their vsock connections: servers and clients over CID 1, and
 * clients of port 5000 of the host (CID 2). What they held must be free afterwards.
 *
 *   vsockkill SEED ROUNDS */
#include <errno.h>
#include <linux/vm_sockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 6000, PROCESSES = 6 };

static unsigned state;
static char data[20000];

static unsigned pick(unsigned n) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

static struct sockaddr_vm address(unsigned cid, unsigned port) {
    struct sockaddr_vm a;
    memset(&a, 0, sizeof a);
    a.svm_family = AF_VSOCK;
    a.svm_cid = cid;
    a.svm_port = port;
    return a;
}

/* Errors do not matter: the other end may be killed at any time, too. */
static void talk(int fd) {
    for (unsigned steps = pick(8); steps > 0; steps--) {
        switch (pick(5)) {
            case 0: recv(fd, data, 1 + pick(sizeof data), pick(2) ? MSG_DONTWAIT : 0); break;
            case 1: shutdown(fd, (int)pick(3)); break;
            default: send(fd, data, 1 + pick(sizeof data), pick(2) ? MSG_DONTWAIT : 0);
        }
    }
}

static void serve(int type) {
    const struct sockaddr_vm a = address(VMADDR_CID_ANY, PORT + pick(3));
    const int fd = socket(AF_VSOCK, type, 0);
    int one;
    if (bind(fd, (const struct sockaddr*)&a, sizeof a) == 0 && listen(fd, (int)pick(3)) == 0)
        while ((one = accept(fd, NULL, NULL)) >= 0) {
            talk(one);
            close(one);
        }
    close(fd);
}

static void call(int type, unsigned cid, unsigned port) {
    const struct sockaddr_vm a = address(cid, port);
    const int fd = socket(AF_VSOCK, type, 0);
    if (connect(fd, (const struct sockaddr*)&a, sizeof a) == 0) talk(fd);
    if (pick(2)) close(fd);
}

static void work(unsigned seed) {
    state = seed;
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        const int type = pick(3) ? SOCK_STREAM : SOCK_SEQPACKET;
        switch (pick(4)) {
            case 0: serve(type); break;
            case 1: call(SOCK_STREAM, VMADDR_CID_HOST, 5000); break;
            default: call(type, VMADDR_CID_LOCAL, PORT + pick(3));
        }
    }
}

static int start(unsigned seed) {
    const int pid = fork();
    if (pid == 0) work(seed);
    if (pid < 0) {
        printf("fork: %s\n", strerror(errno));
        exit(1);
    }
    return pid;
}

int main(int argc, char** argv) {
    int pids[PROCESSES];
    if (argc != 3) return 1;
    const unsigned seed = (unsigned)atoi(argv[1]);
    unsigned next = seed * 1000;
    for (int i = 0; i < PROCESSES; i++) pids[i] = start(next++);
    state = seed;
    for (int rounds = atoi(argv[2]); rounds > 0; rounds--) {
        const unsigned i = pick(PROCESSES);
        usleep(pick(20000));
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
        pids[i] = start(next++);
    }
    for (int i = 0; i < PROCESSES; i++) kill(pids[i], SIGKILL), waitpid(pids[i], NULL, 0);
    printf("%u processes killed\n", next - seed * 1000);
    return 0;
}
