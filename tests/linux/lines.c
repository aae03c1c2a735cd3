/* lines: runs the commands that come on the console, one a line, for measurements in the Linux guest.
 * A line is a number and the command's words. After the command a line "[number:status]" is printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 16 };

static int run(char* line) {
    char* words[WORDS] = {0};
    int count = 0, status;
    for (char* word = strtok(line, " \n"); word && count < WORDS - 1; word = strtok(NULL, " \n"))
        words[count++] = word;
    const pid_t pid = count ? fork() : -1;
    if (pid == 0) {
        execvp(words[0], words);
        perror(words[0]);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(void) {
    char line[512];
    setenv("PATH", "/", 1);
    puts("lines: ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        char* command;
        const long number = strtol(line, &command, 10);
        const int status = run(command);
        printf("[%ld:%d]\n", number, status);
        fflush(stdout);
    }
    return 0;
}
