// A line editor: keys in; a line, and what goes to the screen, out. The keys are those of Emacs, which other
// line editors have too; docs/terminal.md lists them.
//
// It makes no system call and does not wait, so tests on the host run it. line.h joins it to the terminal.
#pragma once

#include "line/complete.h"
#include "line/history.h"
#include "line/screen.h"
#include "terminal/key.h"

namespace line {

class Editor {
  public:
    enum class Event : u8 {
        None,
        Line,       // the line is complete, in text()
        TooLong,    // the same, but some of it was refused
        End,        // Ctrl-D on an empty line
        Interrupt,  // not by take(): interrupt() was called
    };

    Editor(TextSink screen, History& history) : screen_(screen), history_(history) {}

    // Prints the prompt and begins a line of at most `most` bytes, Buffer::kMost or less. `prompt` is used
    // until it ends. Without `completer`, Tab is a character.
    void begin(const char* prompt, winsize size, Complete completer, usize most = Buffer::kMost);
    Event take(u8 byte);
    // Shows what has changed. Need not be called after each byte. begin(), and the end of a line, do it.
    void show();
    // Ends the line without a result, and shows why.
    void interrupt(const char* shown);
    bool is_literal() const { return literal_; }  // the next byte has no special meaning

    Text text() const { return buffer_.text(); }
    usize cursor() const { return buffer_.cursor(); }

  private:
    Event press(terminal::Key key);
    Event insert(u8 byte);
    void flush_character();
    Event enter();
    Event delete_or_end();
    void erase(usize from, usize to);
    void kill(usize from, usize to);
    void yank();
    void clear_screen();
    void ring();

    // history
    void go_to(int entry);
    bool recall(int entry);
    void save_typed();

    // search.cc: Ctrl-R
    void begin_search();
    bool press_in_search(terminal::Key key);  // false: the search has ended, and the key is to be executed
    void search(int from);
    void show_search();
    void end_search();

    // tab.cc: Tab
    void complete();
    bool insert_name(const Word& word, const char* name, usize size, const char* end);
    void list(const Candidates& candidates);

    Screen screen_;
    History& history_;
    Complete complete_ = nullptr;
    const char* prompt_ = "";
    Buffer buffer_;
    terminal::KeyDecoder keys_;

    char character_[4];  // of UTF-8, until it is complete
    usize character_size_ = 0;
    bool literal_ = false;    // Ctrl-V was typed
    bool refused_ = false;    // something did not fit, and nothing was erased since
    bool tab_again_ = false;  // the last key was Tab, and there were several candidates

    int entry_ = 0;              // of the history; its size: the line that is being typed
    char typed_[Buffer::kMost];  // that line, while another entry is shown
    usize typed_size_ = 0;
    char killed_[Buffer::kMost];
    usize killed_size_ = 0;

    struct Search {
        bool active = false, failed = false;
        char text[64];
        usize size = 0;
        int before;       // entry_ when it began
        char prompt[96];  // shows all this
    } search_;
};

}  // namespace line
