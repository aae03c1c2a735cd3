/* A server as in textbooks: it forks a child for each client, and reaps it on SIGCHLD. It sends each line
 * back in capitals, through stdio. Written for any POSIX system.   forkserver PORT */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void bury(int number) {
    int saved = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = saved;
}

static void serve(int fd) {
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    char line[200];
    time_t now = time(NULL);
    if (!in || !out) exit(1);
    fprintf(out, "%.24s: pid is valid: %d\n", ctime(&now), getpid() > 0);
    fflush(out);
    while (fgets(line, sizeof line, in)) {
        for (char* p = line; *p; p++) *p = toupper((unsigned char)*p);
        if (strncmp(line, "SUM", 3) == 0) {
            double a = 0, b = 0;
            if (sscanf(line, "SUM %lf %lf", &a, &b) == 2) snprintf(line, sizeof line, "%.2f\n", a + b);
        }
        fputs(line, out);
        fflush(out);
    }
    fclose(in);
    fclose(out);
    exit(0);
}

int main(int argc, char** argv) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *info;
    struct sigaction action = {.sa_handler = bury, .sa_flags = SA_RESTART};
    int yes = 1, error, listener;

    if (argc != 2) return 2;
    if ((error = getaddrinfo(NULL, argv[1], &hints, &info)) != 0) {
        fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(error));
        return 1;
    }
    listener = socket(info->ai_family, info->ai_socktype, info->ai_protocol);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        bind(listener, info->ai_addr, info->ai_addrlen) < 0 || listen(listener, 10) < 0) {
        perror("forkserver");
        return 1;
    }
    freeaddrinfo(info);
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGCHLD, &action, NULL) == -1) {
        perror("sigaction");
        return 1;
    }
    for (;;) {
        struct sockaddr_storage from;
        socklen_t size = sizeof from;
        int fd = accept(listener, (struct sockaddr*)&from, &size);
        if (fd == -1) {
            if (errno == EINTR) continue;
            perror("accept");
            continue;
        }
        switch (fork()) {
            case -1: perror("fork"); break;
            case 0: close(listener); serve(fd);
        }
        close(fd);
    }
}
