// edit: a text editor. This file joins the editor (editor.h) to the terminal, to signals and to the file.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "editor.h"
#include "file.h"
#include "manners.h"
#include "terminal/mode.h"
#include "terminal/output.h"

namespace {

using edit::Editor;
using Event = Editor::Event;

const char kUsage[] =
    "edit FILE      edits a text file, or a new one\n"
    "  Ctrl-S saves, Ctrl-Q quits, Ctrl-G shows all keys. The screen must be a terminal.";

constexpr int kIn = 0, kOut = 1;

// Its own screen, so that the shell's comes back.
const char kEnter[] = "\33[?1049h", kLeave[] = "\33[?1049l";

int signals[2];  // a pipe with a byte for each signal, so that poll() misses none

void on_signal(int number) {
    const int error = errno;
    const char byte = static_cast<char>(number);
    (void)write(signals[1], &byte, 1);
    errno = error;
}

void listen_to(int number) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

class Session {
  public:
    explicit Session(const char* path) : path_(path), editor_(out_.sink(), path) {}
    void run();

  private:
    void resume();
    void suspend();
    void leave();
    void take_signals();
    bool save();
    bool take_key();  // false: the end
    void print(const char* text) { out_.sink().write(&out_, text, strlen(text)); }

    const char* path_;
    terminal::Output out_{kOut};
    terminal::Mode mode_{kIn};
    bool has_screen_ = false;
    Editor editor_;
};

void Session::run() {
    const bool exists = edit::load(path_, editor_);
    if (!isatty(kIn) || !isatty(kOut)) die("the standard input and output must be a terminal");
    if (pipe(signals) < 0) die("cannot make a pipe: %s", strerror(errno));
    for (const int end : signals) fcntl(end, F_SETFL, O_NONBLOCK);
    listen_to(SIGWINCH);
    listen_to(SIGCONT);
    resume();
    editor_.begin();
    if (!exists) editor_.tell("a new file: Ctrl-S saves, Ctrl-Q quits, Ctrl-G shows all keys");
    while (take_key()) continue;
    leave();
}

// Only the foreground may set the terminal's mode: in the background it stops, as a read would make it.
void Session::resume() {
    if (tcgetpgrp(kIn) != getpgrp()) kill(0, SIGTTIN);
    mode_.enter(false);
    if (!has_screen_) print(kEnter);
    has_screen_ = true;
    editor_.resize(terminal::size_of(kOut));
}

void Session::leave() {
    print("\33[999H\33[K");  // for terminals with one screen only
    print(kLeave);
    out_.flush();
    has_screen_ = false;
    mode_.leave();
}

// kill() returns after SIGCONT, or at once if there is no shell that could send it.
void Session::suspend() {
    leave();
    kill(0, SIGTSTP);
    resume();
}

void Session::take_signals() {
    char number;
    while (read(signals[0], &number, 1) == 1) {
        if (number == SIGCONT)
            resume();
        else
            editor_.resize(terminal::size_of(kOut));
    }
}

bool Session::save() {
    const TextView text = editor_.text();
    const int error = edit::save(path_, text);
    if (error)
        editor_.tell("NOT saved: %s. The file is unchanged", strerror(error));
    else
        editor_.saved(), editor_.tell("saved: %zu bytes", text.size());
    return error == 0;
}

// The screen is brought up to date when no more has been typed, so a text that is pasted is shown once.
bool Session::take_key() {
    pollfd from[] = {{kIn, POLLIN, 0}, {signals[0], POLLIN, 0}};
    if (poll(from, 2, 0) == 0) {
        editor_.show();
        out_.flush();
        poll(from, 2, -1);
    }
    if (from[1].revents) take_signals();
    u8 byte;
    if (!from[0].revents) return true;
    if (read(kIn, &byte, 1) != 1) return false;
    switch (editor_.take(byte)) {
        case Event::None: return true;
        case Event::Save: return save(), true;
        case Event::SaveAndQuit: return !save();
        case Event::Stop: return suspend(), true;
        case Event::Quit: break;
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc != 2) bad_usage(kUsage);
    Session session(argv[1]);
    session.run();
    return 0;
}
