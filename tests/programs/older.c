/* An echo server and its client in the style from before getaddrinfo(), which is still common:
 * gethostbyname(), select(), ioctl(). Both are in one program, over loopback. Written for any POSIX system.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

#define PORT 8080

/* A program may define its own die(), although the library has one. */
void die(const char* what) {
    perror(what);
    exit(EXIT_FAILURE);
}

static int start_server(void) {
    struct sockaddr_in address;
    int opt = 1, on = 1;
    struct protoent* tcp = getprotobyname("tcp");
    int fd = socket(AF_INET, SOCK_STREAM, tcp ? tcp->p_proto : 0);
    if (fd < 0) die("socket failed");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR | SO_REUSEPORT, &opt, sizeof(opt))) die("setsockopt");
    if (ioctl(fd, FIONBIO, (char*)&on) < 0) die("ioctl");
    bzero(&address, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = INADDR_ANY;
    address.sin_port = htons(PORT);
    if (bind(fd, (struct sockaddr*)&address, sizeof(address)) < 0 || listen(fd, 3) < 0) die("bind failed");
    return fd;
}

/* Serves one client. */
static void serve(int listener) {
    fd_set master, ready;
    int max = listener, served = 0;
    FD_ZERO(&master);
    FD_SET(listener, &master);
    while (!served) {
        struct timeval patience = {10, 0};
        ready = master;
        int n = select(max + 1, &ready, NULL, NULL, &patience);
        if (n <= 0) {
            fprintf(stderr, n ? "select failed\n" : "no client connected\n");
            exit(EXIT_FAILURE);
        }
        for (int fd = 0; fd <= max; fd++) {
            char buffer[1024] = {0};
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == listener) {
                int client = accept(listener, NULL, NULL);
                if (client < 0) continue;
                FD_SET(client, &master);
                if (client > max) max = client;
                continue;
            }
            ssize_t got = read(fd, buffer, sizeof(buffer));
            if (got > 0) {
                send(fd, buffer, strlen(buffer), 0);
            } else {
                FD_CLR(fd, &master);
                close(fd);
                served = 1;
            }
        }
    }
}

static void ask(const char* name) {
    struct sockaddr_in server;
    struct hostent* host = gethostbyname(name);
    char buffer[256];
    if (host == NULL) {
        herror(name);
        exit(EXIT_FAILURE);
    }
    memset(&server, 0, sizeof(server));
    server.sin_family = host->h_addrtype;
    server.sin_port = htons(PORT);
    bcopy(host->h_addr, &server.sin_addr.s_addr, host->h_length);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr*)&server, sizeof(server)) < 0) die("connection failed");
    write(fd, "Hello from client", 17);
    ssize_t n = read(fd, buffer, sizeof(buffer) - 1);
    buffer[n > 0 ? n : 0] = '\0';
    printf("%s\n", buffer);
    close(fd);
}

int main() {
    int listener = start_server();
    if (fork() == 0) {
        ask("localhost");
        exit(0);
    }
    serve(listener);
    close(listener);
    return 0;
}
