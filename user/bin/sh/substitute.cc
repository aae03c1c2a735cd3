// $(commands)
#include <errno.h>
#include <unistd.h>

#include "execute.h"
#include "expand.h"
#include "jobs.h"
#include "redirect.h"
#include "shell.h"

namespace sh {

char* output_of(const List& list) {
    int ends[2];
    if (pipe(ends) < 0) fail("cannot make a pipe: %s", strerror(errno));
    Job* job = new_job("$( )");
    const bool monitor = shell.options.monitor;
    shell.options.monitor = false;  // it stays in the shell's group
    const int pid = start_process(*job, true);
    if (pid == 0) {
        close(ends[0]);
        move_fd(ends[1], 1);
        leave(run_list(list));
    }
    close(ends[1]);
    Text output(shell.scratch);
    char piece[512];
    for (ssize_t n = 1; pid > 0 && n != 0;) {
        n = read(ends[0], piece, sizeof piece);
        if (n < 0 && errno != EINTR) break;
        for (ssize_t i = 0; i < n; i++) {
            if (piece[i]) output.add(piece[i]);
        }
    }
    close(ends[0]);
    shell.substituted = wait_in_foreground(*job);
    shell.options.monitor = monitor;
    while (output.last() == '\n') output.cut(output.size() - 1);
    return output.c_str();
}

}  // namespace sh
