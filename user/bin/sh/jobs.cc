#include "jobs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "execute.h"
#include "shell.h"
#include "traps.h"

namespace sh {

namespace {

Job* jobs;                      // the newest first
constexpr int kMostEnded = 64;  // that a script has not waited for

void note(int pid, int status) {
    for (Job* job = jobs; job; job = job->next) {
        for (int i = 0; i < job->count; i++) {
            Process& p = job->processes[i];
            if (p.pid != pid || p.ended) continue;
            p.status = status;
            p.ended = WIFEXITED(status) || WIFSIGNALED(status);
            p.stopped = WIFSTOPPED(status);
            job->told = false;
            return;
        }
    }
}

int exit_status(int how) {
    if (WIFEXITED(how)) return WEXITSTATUS(how);
    return 128 + (WIFSTOPPED(how) ? WSTOPSIG(how) : WTERMSIG(how));
}

// In the child: its group before its signals, because SIGTTOU must not stop it here.
void become_part_of(const Job& job, bool foreground) {
    const bool grouped = shell.options.monitor;
    if (grouped) {
        setpgid(0, job.group);
        if (foreground) give_terminal(job.group ? job.group : getpid());
    }
    shell.interactive = shell.options.monitor = false;
    signals_of_child(foreground, grouped);
    forget_jobs();
}

void forget_old_jobs() {
    int ended = 0;
    for (Job *job = jobs, *next; job; job = next) {
        next = job->next;
        if (has_ended(*job) && job->number && ++ended > kMostEnded) remove_job(job);
    }
}

}  // namespace

Job* all_jobs() { return jobs; }

bool has_ended(const Job& job) {
    for (int i = 0; i < job.count; i++) {
        if (!job.processes[i].ended) return false;
    }
    return true;
}
bool has_stopped(const Job& job) {
    bool stopped = false;
    for (int i = 0; i < job.count; i++) {
        if (!job.processes[i].ended && !job.processes[i].stopped) return false;
        stopped |= job.processes[i].stopped;
    }
    return stopped;
}
int status_of(const Job& job) {
    if (has_stopped(job)) {
        for (int i = 0; i < job.count; i++) {
            if (job.processes[i].stopped) return exit_status(job.processes[i].status);
        }
    }
    return job.count ? exit_status(job.processes[job.count - 1].status) : 1;
}

Job* new_job(const char* text) {
    auto* job = static_cast<Job*>(calloc(1, sizeof(Job)));
    char* copy = job ? strdup(text ? text : "") : nullptr;
    if (!copy) fail("out of memory");
    job->text = copy;
    job->next = jobs;
    return jobs = job;
}

void remove_job(Job* job) {
    Job** at = &jobs;
    while (*at && *at != job) at = &(*at)->next;
    if (*at) *at = job->next;
    free(job->text);
    free(job->processes);
    free(job);
}

void forget_jobs() {
    while (jobs) remove_job(jobs);
}

bool has_stopped_jobs() {
    for (const Job* job = jobs; job; job = job->next) {
        if (has_stopped(*job)) return true;
    }
    return false;
}

int start_process(Job& job, bool foreground) {
    const size_t size = sizeof(Process) * (static_cast<size_t>(job.count) + 1);
    auto* grown = static_cast<Process*>(realloc(job.processes, size));
    if (!grown) fail("out of memory");
    job.processes = grown;
    const int pid = fork();
    if (pid < 0) complain("cannot start a process: %s", strerror(errno));
    if (pid == 0) become_part_of(job, foreground);
    if (pid <= 0) return pid;
    job.processes[job.count++] = {pid, 0, false, false};
    if (shell.options.monitor)
        setpgid(pid, job.group);  // the child does so too: it is in the group whichever runs first
    if (!job.group) job.group = pid;
    return pid;
}

bool wait_for_change() {
    int status;
    const int pid = waitpid(-1, &status, shell.options.monitor ? WUNTRACED : 0);
    if (pid > 0) note(pid, status);
    return pid > 0;
}

void look_after_children() {
    if (!jobs) return;
    int status, pid;
    while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) note(pid, status);
    forget_old_jobs();
}

namespace {

// A command that succeeds may change the terminal's settings, as stty does. What one that fails or is killed
// has changed is undone.
void take_back_terminal(int status) {
    static struct termios settings;
    static bool known;
    give_terminal(getpgrp());
    if (known && status != 0)
        tcsetattr(shell.terminal, TCSADRAIN, &settings);
    else
        known = tcgetattr(shell.terminal, &settings) == 0;
}

}  // namespace

void say_what_killed(const Job& job) {
    const int how = job.processes[job.count - 1].status;
    if (!WIFSIGNALED(how)) return;
    if (WTERMSIG(how) == SIGINT && shell.interactive) dprintf(2, "\n");
    if (WTERMSIG(how) == SIGINT || WTERMSIG(how) == SIGPIPE) return;
    dprintf(2, "%s\n", strsignal(WTERMSIG(how)));
}

int wait_in_foreground(Job& job) {
    while (!has_ended(job) && !has_stopped(job)) {
        if (!wait_for_change() && errno == ECHILD) break;
    }
    const int status = status_of(job);
    if (shell.options.monitor) take_back_terminal(status);
    if (has_stopped(job)) {
        put_in_background(job);
        dprintf(2, "\n");
        print_job(job, 2);
        job.told = true;
        return status;
    }
    if (job.count) say_what_killed(job);
    const bool by_key =
        job.count && WIFSIGNALED(job.processes[job.count - 1].status) && status == 128 + SIGINT;
    remove_job(&job);
    // Ctrl-C is for the whole command line.
    if (by_key && shell.options.monitor) abandon(status);
    return status;
}

void put_in_background(Job& job) {
    int most = 0;
    for (const Job* j = jobs; j; j = j->next) most = j->number > most ? j->number : most;
    if (!job.number) job.number = most + 1;
}

void give_terminal(int group) {
    if (shell.terminal >= 0) tcsetpgrp(shell.terminal, group);
}

void take_terminal() {
    // Started in the background: stops until it is in the foreground.
    int foreground;
    while (getsid(0) != getpid() && (foreground = tcgetpgrp(shell.terminal)) > 0 && foreground != getpgrp())
        kill(0, SIGTTIN);
    shell.options.monitor = true;
    setpgid(0, 0);
    take_back_terminal(0);
}

}  // namespace sh
