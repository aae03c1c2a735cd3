/* nslookup: the IPv4 addresses of hosts. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "manners.h"

static const char usage[] =
    "nslookup NAME...      prints the IPv4 addresses of hosts\n"
    "  It looks in the file /hosts first, then asks the name server (boot argument "
    "nameserver=ADDRESS[:PORT],\n"
    "  default 10.0.2.3), then the host's `make server`.";

static int look_up(const char* name) {
    struct addrinfo hints, *found;
    char text[INET_ADDRSTRLEN];
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(name, NULL, &hints, &found);
    if (error) {
        complain("%s: %s", name, gai_strerror(error));
        return 1;
    }
    for (struct addrinfo* a = found; a; a = a->ai_next) {
        const struct sockaddr_in* in = (struct sockaddr_in*)a->ai_addr;
        printf("%s has address %s\n", name, inet_ntop(AF_INET, &in->sin_addr, text, sizeof text));
    }
    freeaddrinfo(found);
    return 0;
}

int main(int argc, char** argv) {
    int failed = 0;
    help_if_asked(argc, argv, usage);
    if (argc < 2) bad_usage(usage);
    for (int i = 1; i < argc; i++) failed |= look_up(argv[i]);
    return failed;
}
