/* Calls functions of the library that are made of those whose names are variables in names.c. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <math.h>
#include <netdb.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int ascending(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }

static void files(void) {
    char line[32], *text = NULL;
    size_t room = 0;
    FILE* f = fopen("own.txt", "w+");
    fprintf(f, "%d %.3f\nsecond line\n", 12, 2.5);
    rewind(f);
    printf("%s", fgets(line, sizeof line, f));
    printf("getline %d", (int)getline(&text, &room, f));
    printf(" %s", text);
    free(text);
    fclose(f);
    printf("rename %d", rename("own.txt", "own2.txt"));
    printf(", remove %d\n", remove("own2.txt"));
    f = fopen("own2.txt", "r");
    printf("gone: %d %d\n", f == NULL, errno == ENOENT);
    DIR* d = opendir("/");
    int entries = 0;
    while (readdir(d)) entries++;
    closedir(d);
    printf("directory %d\n", entries > 5);
}

static void text(void) {
    int n = 0, sorted[] = {3, 1, 2};
    char word[16];
    regex_t r;
    qsort(sorted, 3, sizeof *sorted, ascending);
    printf("qsort %d%d%d\n", sorted[0], sorted[1], sorted[2]);
    printf("sscanf %d", sscanf("17 blue", "%d %15s", &n, word));
    printf(" %d %s\n", n, word);
    printf("strtol %ld, strtod %g, pow %g\n", strtol("-0x10", NULL, 0), strtod("1e3", NULL), pow(2, 10));
    printf("regcomp %d", regcomp(&r, "^b[lu]+e$", REG_EXTENDED));
    printf(", regexec %d, fnmatch %d\n", regexec(&r, word, 0, NULL, 0), fnmatch("b*e", word, 0));
    regfree(&r);
}

static void programs(char** argv) {
    char line[32] = "";
    setenv("OWN", "from the environment", 1);
    FILE* p = popen("echo from a pipe", "r");
    fgets(line, sizeof line, p);
    printf("popen %s", line);
    printf("pclose %d", pclose(p));
    printf(", system %d\n", system("sleep 0"));
    printf("getenv %s\n", getenv("OWN"));
    char* words[] = {argv[0], "-b", NULL};
    printf("getopt %c\n", getopt(2, words, "ab"));
}

static void network(void) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    char address[32];
    const time_t day = 86400;
    printf("getaddrinfo %d", getaddrinfo("127.0.0.1", "80", &hints, &found));
    struct sockaddr_in* in = (struct sockaddr_in*)found->ai_addr;
    printf(" %s %d\n", inet_ntop(AF_INET, &in->sin_addr, address, sizeof address), ntohs(in->sin_port));
    freeaddrinfo(found);
    strftime(address, sizeof address, "%F", gmtime(&day));
    printf("strftime %s\n", address);
}

int main(int argc, char** argv) {
    (void)argc;
    files();
    text();
    programs(argv);
    network();
    printf("the end\n");
    return 0;
}
