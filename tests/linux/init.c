/* The first process of the Linux guest: loads modules, gives the network card its address, and becomes a
 * program. Variables say which. The kernel makes them of its command line:
 * - modules: a file with the paths of the modules, in order (/modules)
 * - address: that of eth0, with a prefix of 24 bits. Without it there is no network card.
 * - program: what it becomes (/vsockpeer) */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINK_WAIT 5000 /* times 2 ms for the link */

static const char* given(const char* name, const char* otherwise) {
    const char* value = getenv(name);
    return value ? value : otherwise;
}

static void load(const char* path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (syscall(SYS_finit_module, fd, "", 0) < 0) perror(path);
    close(fd);
}

static void load_all(const char* path) {
    char line[256];
    FILE* list = fopen(path, "re");
    while (list && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        load(line);
    }
}

static void set_up(int fd, struct ifreq* r) {
    if (ioctl(fd, SIOCGIFFLAGS, r) < 0) perror(r->ifr_name);
    r->ifr_flags |= IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, r) < 0) perror(r->ifr_name);
}

static void set_address(int fd, struct ifreq* r, unsigned long request, const char* address) {
    struct sockaddr_in* a = (struct sockaddr_in*)&r->ifr_addr;
    memset(a, 0, sizeof *a);
    a->sin_family = AF_INET;
    inet_pton(AF_INET, address, &a->sin_addr);
    if (ioctl(fd, request, r) < 0) perror(address);
}

/* Returns when the link is up: what is sent before would be lost, and ARP repeats a request only after a
 * second. */
static void start_network(const char* address) {
    struct ifreq lo = {.ifr_name = "lo"}, eth0 = {.ifr_name = "eth0"};
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    set_up(fd, &lo);
    set_address(fd, &eth0, SIOCSIFADDR, address);
    set_address(fd, &eth0, SIOCSIFNETMASK, "255.255.255.0");
    set_up(fd, &eth0);
    for (int i = 0; i < LINK_WAIT && !(eth0.ifr_flags & IFF_RUNNING); i++) {
        usleep(2000);
        ioctl(fd, SIOCGIFFLAGS, &eth0);
    }
    close(fd);
}

int main(void) {
    puts("init: up");
    fflush(stdout);
    load_all(given("modules", "/modules"));
    puts("init: the modules are loaded");
    fflush(stdout);
    if (getenv("address")) start_network(getenv("address"));
    const char* program = given("program", "/vsockpeer");
    execl(program, program, (char*)NULL);
    perror(program);
    return 1; /* the kernel panics, and the test says so */
}
