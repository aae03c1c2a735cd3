// Lists, pipelines and compound commands.
#include "execute.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <unistd.h>

#include "expand.h"
#include "jobs.h"
#include "redirect.h"
#include "shell.h"
#include "traps.h"
#include "variables.h"

namespace sh {

namespace {

constexpr int kMostRunning = 400;  // commands in commands: the executor is recursive

// Starts the commands of a pipeline. Each but the last writes to a pipe that the next reads.
int run_pipe(const Command* first, Job& job, bool foreground) {
    int in = -1;
    for (const Command* c = first; c; c = c->next) {
        int ends[2] = {-1, -1};
        if (c->next && pipe(ends) < 0) {
            complain("cannot make a pipe: %s", strerror(errno));
            break;
        }
        const int pid = start_process(job, foreground);
        if (pid == 0) {
            if (ends[0] >= 0) close(ends[0]);
            if (in >= 0) move_fd(in, 0);
            if (ends[1] >= 0) move_fd(ends[1], 1);
            run_in_child(*c);
        }
        if (in >= 0) close(in);
        if (ends[1] >= 0) close(ends[1]);
        in = ends[0];
        if (pid < 0) break;
    }
    if (in >= 0) close(in);
    return job.count;
}

int run_pipeline(const Pipeline& pipeline, const char* text) {
    const Command& first = *pipeline.first;
    int status;
    if (pipeline.negated) shell.tested++;
    if (!first.next && first.kind != CommandKind::Subshell) {
        status = run_command(first);
    } else {
        Job* job = new_job(text);
        run_pipe(&first, *job, true);
        status = wait_in_foreground(*job);
    }
    if (pipeline.negated) shell.tested--;
    shell.status = pipeline.negated && shell.flow == Flow::Normal ? !status : status;
    // A compound command has ended the shell already, if that was to be.
    const bool counts =
        first.next || first.kind == CommandKind::Simple || first.kind == CommandKind::Subshell;
    if (counts && shell.status && !pipeline.negated && shell.options.exit_on_error && !shell.tested &&
        shell.flow == Flow::Normal)
        leave(shell.status);
    return shell.status;
}

void run_and_or(const AndOr& item) {
    for (const Pipeline* p = item.first; p && shell.flow == Flow::Normal; p = p->next) {
        if (p->when == When::AfterSuccess && shell.status != 0) continue;
        if (p->when == When::AfterFailure && shell.status == 0) continue;
        shell.tested += p->next != nullptr;
        run_pipeline(*p, item.text);
        shell.tested -= p->next != nullptr;
    }
}

// A command in the background without job control must not read what the shell reads: its input is empty.
void close_input(bool monitored) {
    int ends[2];
    if (monitored || pipe(ends) < 0) return;
    close(ends[1]);
    move_fd(ends[0], 0);
}

void run_in_background(const AndOr& item) {
    Job* job = new_job(item.text);
    const bool monitored = shell.options.monitor;
    const bool simple = !item.first->next && !item.first->negated;
    if (simple && item.first->first->next) {
        run_pipe(item.first->first, *job, false);
    } else if (start_process(*job, false) == 0) {
        close_input(monitored);
        if (simple) run_in_child(*item.first->first);
        run_and_or(item);
        leave(shell.status);
    }
    shell.status = job->count ? 0 : 1;
    if (!job->count) return remove_job(job);
    put_in_background(*job);
    shell.background_pid = job->processes[job->count - 1].pid;
    if (shell.options.monitor) dprintf(2, "[%d] %d\n", job->number, shell.background_pid);
}

int run_condition(const List& list) {
    shell.tested++;
    const int status = run_list(list);
    shell.tested--;
    return status;
}

// After a loop's body: whether the loop ends.
bool leaves_loop() {
    if (shell.flow == Flow::Normal) return false;
    if (shell.flow == Flow::Return) return true;
    if (--shell.levels > 0) return true;
    const bool ends = shell.flow == Flow::Break;
    shell.flow = Flow::Normal;
    return ends;
}

int run_while(const Command& c) {
    int status = 0;
    shell.loops++;
    for (;;) {
        const bool wanted = (run_condition(*c.condition) == 0) == (c.kind == CommandKind::While);
        if (shell.flow != Flow::Normal) {
            if (shell.flow == Flow::Return) status = shell.status;
            if (leaves_loop()) break;
            continue;
        }
        if (!wanted) break;
        status = run_list(*c.body);
        if (leaves_loop()) break;
    }
    shell.loops--;
    return status;
}

int run_for(const Command& c) {
    Fields words(shell.scratch);
    if (c.has_words) {
        expand_fields(c.words, words);
    } else {
        for (int i = 0; i < parameters().count; i++) words.add(shell.scratch.copy(parameters().list[i]));
    }
    int status = 0;
    shell.loops++;
    for (int i = 0; i < words.count; i++) {
        set_variable(c.name, words.list[i]);
        status = run_list(*c.body);
        if (leaves_loop()) break;
    }
    shell.loops--;
    return status;
}

int run_case(const Command& c) {
    const char* subject = expand_text(*c.words);
    for (const CaseItem* item = c.items; item; item = item->next) {
        for (const Word* w = item->patterns; w; w = w->next) {
            if (fnmatch(expand_pattern(*w), subject, 0) != 0) continue;
            shell.status = 0;
            return run_list(*item->body);
        }
    }
    return 0;
}

}  // namespace

int run_list(const List& list) {
    for (const AndOr* item = list.first; item && shell.flow == Flow::Normal; item = item->next) {
        item->background ? run_in_background(*item) : run_and_or(*item);
    }
    return shell.status;
}

int run_compound(const Command& c) {
    switch (c.kind) {
        case CommandKind::Group: return run_list(*c.body);
        case CommandKind::If: {
            if (run_condition(*c.condition) == 0 && shell.flow == Flow::Normal) return run_list(*c.body);
            if (shell.flow != Flow::Normal) return shell.status;
            return c.otherwise ? run_list(*c.otherwise) : 0;
        }
        case CommandKind::While:
        case CommandKind::Until: return run_while(c);
        case CommandKind::For: return run_for(c);
        case CommandKind::Case: return run_case(c);
        case CommandKind::Function: return define_function(c.name, c.function), 0;
        case CommandKind::Subshell: {  // only the body of a function is run here
            Job* job = new_job("( )");
            if (start_process(*job, true) == 0) leave(run_list(*c.body));
            return wait_in_foreground(*job);
        }
        case CommandKind::Simple: break;
    }
    return run_simple(c);
}

// Any command, in the shell itself. What its words need is freed at its end.
int run_command(const Command& c) {
    if (trap_pending()) run_traps();
    if (shell.interactive && interrupted()) abandon(128 + SIGINT);
    if (shell.flow != Flow::Normal) return shell.status;
    if (shell.nested == kMostRunning) fail("commands are nested too deeply");
    shell.nested++;
    shell.line = c.line;
    const Arena::Mark mark = shell.scratch.mark();
    if (c.kind == CommandKind::Simple) {
        shell.status = run_simple(c);
    } else {
        Redirected redirected;
        shell.status = redirected.apply(c.redirects) ? run_compound(c) : 1;
        redirected.undo();
    }
    shell.scratch.release(mark);
    shell.nested--;
    return shell.status;
}

}  // namespace sh
