/* Takes as much as vsock gives: many connections with full buffers, senders that block, all descriptors, all
 * memory. Every call must succeed or fail with an error that says what is exhausted.
 *
 *   vsockhog CID PORT SOCKETS WRITERS FILE    keeps it until the file exists, then kills the writers
 *   vsockhog memory                           vsock without a page of memory left, and again with memory
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1100 };

static char data[65536];
static int fds[MOST], accepted[MOST], count;
static int listener = -1;

static void fail(const char* what) {
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static struct sockaddr_vm address(unsigned cid, unsigned port) {
    struct sockaddr_vm a;
    memset(&a, 0, sizeof a);
    a.svm_family = AF_VSOCK;
    a.svm_cid = cid;
    a.svm_port = port;
    return a;
}

static void listen_on(unsigned port) {
    const struct sockaddr_vm a = address(VMADDR_CID_ANY, port);
    listener = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr*)&a, sizeof a) < 0 || listen(listener, 10) < 0)
        fail("listen");
}

/* Returns 0 if there is no connection more; errno says why. */
static int open_one(unsigned cid, unsigned port) {
    const struct sockaddr_vm a = address(cid, port);
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (fd < 0) return 0;
    if (connect(fd, (const struct sockaddr*)&a, sizeof a) < 0 ||
        (listener >= 0 && (accepted[count] = accept(listener, NULL, NULL)) < 0)) {
        const int error = errno;
        close(fd);
        errno = error;
        return 0;
    }
    fds[count++] = fd;
    return 1;
}

/* Sends on all connections but the first `but`, which the writers will use, until none takes more. */
static long fill(int but) {
    long sum = 0, more;
    do {
        more = 0;
        for (int i = but; i < count; i++) {
            const ssize_t n = send(fds[i], data, sizeof data, MSG_DONTWAIT);
            if (n < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) fail("send");
            if (n > 0) more += n;
        }
        sum += more;
        usleep(20000); /* what is under way arrives */
    } while (more > 0);
    return sum;
}

static void hog(unsigned cid, unsigned port, int sockets, int writers, const char* stop) {
    static int pids[MOST];
    const char* reason = "enough";
    signal(SIGPIPE, SIG_IGN); /* when memory is short, connections are reset: then send() must fail */
    const int spare = dup(0); /* for the file, when all descriptors are in use */
    if (cid == VMADDR_CID_LOCAL) listen_on(port);
    while (count < sockets && open_one(cid, port)) {
    }
    if (count < sockets) reason = strerror(errno);
    const long sum = fill(writers);
    for (int i = 0; i < writers; i++) {
        if ((pids[i] = fork()) < 0) fail("fork");
        if (pids[i] > 0) continue;
        while (send(fds[i % count], data, sizeof data, 0) > 0) {
        }
        exit(0);
    }
    printf("hog: %d connections (%s), %ld bytes, %d writers\n", count, reason, sum, writers);
    close(spare);
    while (open(stop, O_RDONLY) < 0) usleep(50000);
    for (int i = 0; i < writers; i++) kill(pids[i], SIGKILL);
    for (int i = 0; i < writers; i++) wait(NULL);
    printf("hog: the end\n");
}

/* The heap takes all pages, then gives back one after the other: so each allocation of a connection fails
 * once. */
static void without_memory(void) {
    int refused = 0, opened = 0;
    listen_on(6000);
    for (int step = 1 << 20; step >= 4096; step /= 2)
        while (sbrk(step) != (void*)-1) {
        }
    for (int i = 0; i < 100; i++) {
        if (open_one(VMADDR_CID_LOCAL, 6000)) {
            send(fds[0], data, sizeof data, MSG_DONTWAIT);
            close(fds[0]);
            close(accepted[0]);
            count = 0;
            opened++;
        } else {
            if (errno != ENOMEM && errno != ENOBUFS && errno != ETIMEDOUT) fail("connect without memory");
            refused++;
        }
        if (sbrk(-4096) == (void*)-1) fail("sbrk");
    }
    printf("hog: %d refused, then %d opened\n", refused, opened);
}

int main(int argc, char** argv) {
    if (argc == 2)
        without_memory();
    else if (argc == 6)
        hog((unsigned)atoi(argv[1]), (unsigned)atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), argv[5]);
    else
        return 1;
    return 0;
}
