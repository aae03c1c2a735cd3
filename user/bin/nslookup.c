/* nslookup: the IPv4 addresses of hosts, and the names of addresses. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "manners.h"

static const char usage[] =
    "nslookup NAME...      prints the IPv4 addresses of hosts\n"
    "nslookup ADDRESS...   prints their names\n"
    "  It looks in the file /hosts first, then asks the name server (boot argument "
    "nameserver=ADDRESS[:PORT],\n"
    "  default 10.0.2.3), then the host's `make server`.";

static int print_name(const char* text, const struct sockaddr_in* address) {
    char name[NI_MAXHOST];
    const int error = getnameinfo((const struct sockaddr*)address, sizeof *address, name, sizeof name, NULL,
                                  0, NI_NAMEREQD);
    if (error)
        complain("%s: %s", text, gai_strerror(error));
    else
        printf("%s has the name %s\n", text, name);
    return error != 0;
}

static int look_up(const char* name) {
    struct addrinfo hints, *found;
    struct sockaddr_in address = {.sin_family = AF_INET};
    char text[INET_ADDRSTRLEN];
    if (inet_pton(AF_INET, name, &address.sin_addr) == 1) return print_name(name, &address);
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
