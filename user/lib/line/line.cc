#include "line/line.h"

#include <new>

#include "errno.h"
#include "line/editor.h"
#include "line/history_file.h"
#include "manners.h"
#include "stdlib.h"
#include "string.h"
#include "sys/ioctl.h"
#include "terminal/mode.h"
#include "terminal/output.h"
#include "termios.h"
#include "unistd.h"

extern "C" int fgetline(int fd, char* line, int size) NX6(fgetline);  // user.h

namespace line {

namespace {
constexpr int kIn = 0, kOut = 2;
}

struct Reader::State {
    explicit State(const char* history_file) : file(history_file) {
        if (history_file) file.load(history);
    }
    terminal::Output out{kOut};
    Editor::Event read_line(const termios& settings);

    History history;
    HistoryFile file;
    Editor editor{out.sink(), history};
};

namespace {

// Settings that are not usual are somebody's wish, and a terminal that cannot move its cursor is not for
// editing.
bool can_edit() {
    termios in, out;
    if (tcgetattr(kIn, &in) < 0 || tcgetattr(kOut, &out) < 0) return false;
    const char* name = getenv("TERM");
    return (in.c_lflag & ICANON) && (in.c_lflag & ECHO) && !(name && strcmp(name, "dumb") == 0);
}

bool more_is_typed() {
    int n = 0;
    return ioctl(kIn, FIONREAD, &n) == 0 && n > 0;
}

// As the terminal echoes Ctrl-C, or the key that is set in its place.
void interrupt(Editor& editor, const termios& settings) {
    const auto key = static_cast<char>(settings.c_cc[VINTR]);
    const bool as_control = settings.c_lflag & ECHOCTL;
    const char shown[] = {as_control ? '^' : key, as_control ? static_cast<char>(key ^ 0x40) : '\0', '\0'};
    editor.interrupt(shown);
}

// Ctrl-C, or the key that is set in its place. It is not a signal here, so that it comes behind what was
// typed before it.
bool interrupts(u8 byte, const termios& settings) {
    return byte != _POSIX_VDISABLE && byte == settings.c_cc[VINTR] && (settings.c_lflag & ISIG);
}

}  // namespace

// Reads single bytes, so that it takes none behind the line. The screen is brought up to date when no more
// are typed, so that a text that is pasted into a line is shown once.
Editor::Event Reader::State::read_line(const termios& settings) {
    for (;;) {
        u8 byte;
        if (!more_is_typed()) {
            editor.show();
            out.flush();
        }
        const ssize_t n = ::read(kIn, &byte, 1);
        const bool interrupted = n < 0 && errno == EINTR;  // it was typed before the mode changed
        if (interrupted || (n > 0 && interrupts(byte, settings) && !editor.is_literal()))
            return interrupt(editor, settings), Editor::Event::Interrupt;
        if (n <= 0) return Editor::Event::End;
        const Editor::Event event = editor.take(byte);
        if (event != Editor::Event::None) return event;
    }
}

Reader::State* Reader::start() {
    if (state_) return state_;
    void* memory = malloc(sizeof(State));
    return state_ = memory ? new (memory) State(history_file_) : nullptr;
}

int Reader::read(const char* prompt, char* line, int size, Complete complete) {
    if (can_edit() && start()) return edit(*state_, prompt, line, size, complete);
    (void)write(kOut, prompt, strlen(prompt));
    return fgetline(kIn, line, size);
}

int Reader::edit(State& state, const char* prompt, char* line, int size, Complete complete) {
    terminal::Mode mode(kIn);
    mode.enter(true);
    const usize most = static_cast<usize>(size) - 2;
    for (;;) {
        state.editor.begin(prompt, terminal::size_of(kOut), complete, most);
        const Editor::Event event = state.read_line(mode.before());
        state.out.flush();
        if (event == Editor::Event::Interrupt) return -EINTR;
        if (event == Editor::Event::End) return 0;
        const Text text = state.editor.text();
        if (state.history.add(text)) state.file.append(text);
        if (event == Editor::Event::Line) {
            memcpy(line, text.start, text.size);
            strcpy(line + text.size, "\n");
            return static_cast<int>(text.size) + 1;
        }
        complain("a line of more than %zu bytes was not run; its beginning is in the history", most);
    }
}

}  // namespace line
