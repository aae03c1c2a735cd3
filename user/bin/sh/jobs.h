// Processes that the shell has started, and job control.
#pragma once

#include "tree.h"

namespace sh {

struct Process {
    int pid;
    int status;  // waitpid()'s
    bool ended, stopped;
};
struct Job {
    int number;  // %1 ...; 0: in the foreground, and never stopped
    int group;
    bool told;  // that it has ended or stopped
    char* text;
    Process* processes;
    int count;
    Job* next;
};

Job* new_job(const char* text);
// fork() for a job: 0 in the child, which is in the job's group; the pid; -1 after a message.
int start_process(Job& job, bool foreground);
// Waits until all processes have ended, or one has stopped. Returns the exit status of the last. The job is
// removed if it has ended.
int wait_in_foreground(Job& job);
void put_in_background(Job& job);  // gives it a number

void look_after_children();  // without waiting
void report_jobs();          // before a prompt
void forget_jobs();          // in a child
bool has_stopped_jobs();

void take_terminal();  // starts job control
void give_terminal(int group);

Job* find_job(const char* name);  // %1 %% %+ %- %text, or a pid; null after a message if `must`
int wait_builtin(int argc, char** argv);
int jobs_builtin(int argc, char** argv);
int fg_builtin(int argc, char** argv);
int bg_builtin(int argc, char** argv);
int kill_builtin(int argc, char** argv);

// For the parts of this module.
Job* all_jobs();
void remove_job(Job* job);
bool has_ended(const Job& job);
bool has_stopped(const Job& job);
int status_of(const Job& job);
bool wait_for_change();  // of any child; false: there is none, or a signal has come
void say_what_killed(const Job& job);
void print_job(const Job& job, int fd);

}  // namespace sh
