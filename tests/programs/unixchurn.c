/* `unixchurn N SEED`: N children, each killed at a random moment while it opens AF_UNIX sockets, sends them
 * to each other and waits in all calls. Afterwards everything must be free again. */
#include "unix.h"

#include <signal.h>

#include "nx6.h"

static unsigned random_state;
static unsigned below(unsigned n) {
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % n;
}

static char data[40000];

/* Descriptors 3 to 40; most calls get wrong ones. */
static int any(void) { return 3 + (int)below(37); }

static void send_some(void) {
    int fds[3] = {any(), any(), any()};
    send_fds(any(), data, below(200), fds, 1 + (int)below(3));
}

static void receive_some(void) {
    int fds[8], n = (int)below(8), flags = below(4) ? 0 : MSG_PEEK;
    receive_fds(any(), data, 100, fds, &n, &flags);
}

static void open_some(void) {
    static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
    int fds[2], type = types[below(3)];
    if (below(3) == 0) {
        int fd = socket(AF_UNIX, type, 0);
        bind_path(fd, below(2) ? "churn1" : "churn2");
        listen(fd, (int)below(3));
    } else if (below(3) == 0) {
        fcntl(socket(AF_UNIX, type, 0), F_SETFL, below(2) ? O_NONBLOCK : 0);
    } else {
        socketpair(AF_UNIX, type, 0, fds);
    }
}

/* These may wait until the kill. */
static void wait_some(void) {
    int fd = any();
    switch (below(6)) {
        case 0: accept(fd, NULL, NULL); break;
        case 1: recv(fd, data, 10, below(2) ? MSG_WAITALL : 0); break;
        case 2: send(fd, data, sizeof data, MSG_NOSIGNAL); break;
        case 3: ready(fd, POLLIN | POLLOUT, 100); break;
        default: connect_path(fd, below(2) ? "churn1" : "churn2");
    }
}

static void churn(void) {
    for (;;) {
        switch (below(12)) {
            case 0:
            case 1: open_some(); break;
            case 2:
            case 3:
            case 4: send_some(); break;
            case 5: receive_some(); break;
            case 6: shutdown(any(), (int)below(3)); break;
            case 7: unlink(below(2) ? "churn1" : "churn2"); break;
            case 8:
                if (below(20) == 0) wait_some();
                break;
            case 9: dup(any()); break;
            default: close(any());
        }
    }
}

int main(int argc, char** argv) {
    int count = argc > 1 ? atoi(argv[1]) : 100;
    struct meminfo before, after;
    random_state = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
    meminfo(&before);
    for (int i = 0; i < count; i += 4) {
        pid_t child[4];
        for (int k = 0; k < 4; k++) {
            unsigned seed = below(30000);
            child[k] = fork();
            if (child[k] == 0) {
                random_state = seed;
                churn();
            }
        }
        for (int k = 0; k < 4; k++) {
            usleep(below(20000));
            kill(child[k], SIGKILL);
            waitpid(child[k], NULL, 0);
        }
    }
    unlink("churn1");
    unlink("churn2");
    meminfo(&after);
    printf("%lu sockets and %lu files before, %lu and %lu after\n", before.sockets, before.open_files,
           after.sockets, after.open_files);
    return before.sockets != after.sockets || before.open_files != after.open_files;
}
