// jobs, fg, bg, wait, kill.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "execute.h"
#include "jobs.h"
#include "shell.h"
#include "traps.h"

namespace sh {

namespace {

// The current job: the last that stopped or, if none has, that was started.
Job* current_job(const Job* but) {
    Job* newest = nullptr;
    for (Job* job = all_jobs(); job; job = job->next) {
        if (!job->number || job == but) continue;
        if (has_stopped(*job)) return job;
        if (!newest) newest = job;
    }
    return newest;
}

Job* job_with_pid(int pid) {
    for (Job* job = all_jobs(); job; job = job->next) {
        for (int i = 0; i < job->count; i++) {
            if (job->processes[i].pid == pid) return job;
        }
    }
    return nullptr;
}

void describe(const Job& job, char* text, size_t size) {
    const int how = job.processes[job.count - 1].status;
    if (has_stopped(job))
        snprintf(text, size, "Stopped");
    else if (!has_ended(job))
        snprintf(text, size, "Running");
    else if (WIFSIGNALED(how))
        snprintf(text, size, "%s", strsignal(WTERMSIG(how)));
    else if (WEXITSTATUS(how))
        snprintf(text, size, "Done(%d)", WEXITSTATUS(how));
    else
        snprintf(text, size, "Done");
}

int wait_for_job(Job* job) {
    while (!has_ended(*job)) {
        if (!wait_for_change() && errno != EINTR) break;
        if (trap_pending()) return 128 + trap_pending();
        if (shell.interactive && interrupted()) abandon(128 + SIGINT);
    }
    const int status = status_of(*job);
    if (!shell.interactive) say_what_killed(*job);
    remove_job(job);
    return status;
}

}  // namespace

Job* find_job(const char* name) {
    Job* found = nullptr;
    if (name[0] != '%') {
        found = job_with_pid(atoi(name));
    } else if (!name[1] || strchr("%+", name[1])) {
        found = current_job(nullptr);
    } else if (name[1] == '-') {
        found = current_job(current_job(nullptr));
    } else {
        for (Job* job = all_jobs(); job; job = job->next) {
            const bool same = name[1] >= '0' && name[1] <= '9'
                                  ? job->number == atoi(name + 1)
                                  : strncmp(job->text, name + 1, strlen(name + 1)) == 0;
            if (job->number && same) found = job;
        }
    }
    return found;
}

void print_job(const Job& job, int fd) {
    char state[64];
    describe(job, state, sizeof state);
    const char mark = &job == current_job(nullptr)                ? '+'
                      : &job == current_job(current_job(nullptr)) ? '-'
                                                                  : ' ';
    dprintf(fd, "[%d] %c %-24s %s\n", job.number, mark, state, job.text);
}

void report_jobs() {
    look_after_children();
    for (Job *job = all_jobs(), *next; job; job = next) {
        next = job->next;
        const bool ended = has_ended(*job);
        if (!job->told && job->number && (ended || has_stopped(*job))) print_job(*job, 2);
        job->told = true;
        if (ended) remove_job(job);
    }
}

int jobs_builtin(int argc, char** argv) {
    const bool only_pids = argc > 1 && strcmp(argv[1], "-p") == 0;
    look_after_children();
    int most = 0;
    for (const Job* job = all_jobs(); job; job = job->next) most = job->number > most ? job->number : most;
    for (int n = 1; n <= most; n++) {
        char name[16];
        snprintf(name, sizeof name, "%%%d", n);
        Job* job = find_job(name);
        if (!job) continue;
        if (only_pids)
            print("%d\n", job->group);
        else
            print_job(*job, 1);
        if (has_ended(*job)) remove_job(job);
    }
    return 0;
}

int wait_builtin(int argc, char** argv) {
    if (argc < 2) {
        for (Job* job; (job = all_jobs());) {
            if (has_stopped(*job)) return 128 + SIGTSTP;
            const int status = wait_for_job(job);
            if (trap_pending()) return status;
        }
        return 0;
    }
    int status = 0;
    for (int i = 1; i < argc; i++) {
        Job* job = find_job(argv[i]);
        status = job ? wait_for_job(job) : kNoSuchCommand;
    }
    return status;
}

int fg_builtin(int argc, char** argv) {
    Job* job = find_job(argc > 1 ? argv[1] : "%%");
    if (!job || !shell.options.monitor) return complain("fg: there is no such job"), 1;
    print("%s\n", job->text);
    for (int i = 0; i < job->count; i++) job->processes[i].stopped = false;
    give_terminal(job->group);
    kill(-job->group, SIGCONT);
    return wait_in_foreground(*job);
}

int bg_builtin(int argc, char** argv) {
    Job* job = find_job(argc > 1 ? argv[1] : "%%");
    if (!job || !shell.options.monitor) return complain("bg: there is no such job"), 1;
    for (int i = 0; i < job->count; i++) job->processes[i].stopped = false;
    print("[%d] %s\n", job->number, job->text);
    kill(-job->group, SIGCONT);
    return 0;
}

// kill -l: all names; or the name of a number or of the status of what it has killed; or a name's number.
static int list_signals(const char* which) {
    if (!which) {
        for (int i = 1; i < 32; i++) print("%s%c", signal_name(i), i % 8 && i < 31 ? ' ' : '\n');
        return 0;
    }
    const bool is_number = *which >= '0' && *which <= '9';
    const int number = is_number ? atoi(which) & 127 : signal_number(which);
    if (number < 0) return complain("kill: there is no signal %s", which), 1;
    if (is_number)
        print("%s\n", signal_name(number));
    else
        print("%d\n", number);
    return 0;
}

int kill_builtin(int argc, char** argv) {
    int number = SIGTERM, first = 1;
    if (argc > 1 && strcmp(argv[1], "-l") == 0) return list_signals(argv[2]);
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        number = signal_number(argv[2]), first = 3;
    } else if (argc > 2 && argv[1][0] == '-' && argv[1][1] != '-') {
        number = signal_number(argv[1] + 1), first = 2;
    }
    if (first < argc && strcmp(argv[first], "--") == 0) first++;
    if (number < 0) return complain("kill: there is no such signal; `kill -l` lists them"), 1;
    if (first >= argc) return complain("kill: use kill [-SIGNAL] PID or %%JOB ..."), kMisused;
    int status = 0;
    for (int i = first; i < argc; i++) {
        char* end;
        long pid = strtol(argv[i], &end, 10);
        const Job* job = argv[i][0] == '%' ? find_job(argv[i]) : nullptr;
        if (job) pid = shell.options.monitor ? -job->group : job->processes[job->count - 1].pid;
        if (!job && (*end || end == argv[i])) {
            complain("kill: \"%s\" is not a pid or job", argv[i]);
            status = 1;
        } else if (kill(static_cast<int>(pid), number) < 0) {
            complain("kill: cannot send signal %d to %s: %s", number, argv[i], strerror(errno));
            status = 1;
        } else if (job && has_stopped(*job) && number != SIGCONT && shell.options.monitor) {
            kill(static_cast<int>(pid), SIGCONT);  // so that it notices
        }
    }
    return status;
}

}  // namespace sh
