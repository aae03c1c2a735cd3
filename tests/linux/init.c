/* The first process of the Linux guest: loads the modules in the order of /modules, then becomes vsockpeer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void load(const char* path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (syscall(SYS_finit_module, fd, "", 0) < 0) perror(path);
    close(fd);
}

int main(void) {
    char line[256];
    FILE* list = fopen("/modules", "re");
    while (list && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        load(line);
    }
    puts("init: the modules are loaded");
    fflush(stdout);
    execl("/vsockpeer", "vsockpeer", (char*)NULL);
    perror("/vsockpeer");
    return 1; /* the kernel panics, and the test says so */
}
