// The editor: keys in; what goes to the screen, and what else is to be done, out. It makes no system call and
// does not wait, so tests on the host run it. edit.cc joins it to the terminal and the file.
#pragma once

#include "buffer.h"
#include "screen.h"
#include "terminal/key.h"
#include "undo.h"

namespace edit {

class Editor {
  public:
    enum class Event : u8 { None, Save, SaveAndQuit, Quit, Stop };

    // The name is shown; it stays the caller's.
    Editor(TextSink screen, const char* name) : screen_(screen), name_(name) {}
    ~Editor();
    Editor(const Editor&) = delete;
    Editor& operator=(const Editor&) = delete;

    // The text at first, in parts; then begin() and resize(). False: it is larger than Buffer::kMost, or no
    // memory.
    bool load(TextView part) { return buffer_.insert(part); }
    void begin();
    void resize(winsize size) { screen_.resize(size); }

    Event take(u8 byte);
    // Brings the screen up to date. Need not be called after each byte.
    void show();
    // Shows a message until the next key.
    void tell(const char* format, ...) __attribute__((format(printf, 2, 3)));

    TextView text() { return buffer_.text(0, buffer_.size()); }
    usize cursor() const { return buffer_.cursor(); }
    bool is_changed() const { return !undo_.is_saved(); }
    void saved() { undo_.saved(); }  // the caller has saved the text

  private:
    using Key = terminal::Key;
    enum class Question : u8 { None, Find, Quit };

    Event press(Key key);
    bool press_to_move(Key key);
    bool press_to_edit(Key key);
    void press_character(Key key);
    void insert_character();

    void insert(TextView text);
    void erase(usize from, usize to);
    void cut_line();
    void apply(const Change* change, bool back);
    long move_lines(long n);
    usize column();
    void move_to_column(usize start, usize column);

    // question.cc: the bar
    Event answer(Key key);
    Event answer_quit(Key key);
    void answer_find(Key key);
    void find();
    usize make_bar(char* into, usize size);

    Buffer buffer_;
    Undo undo_;
    Screen screen_;
    terminal::KeyDecoder keys_;
    const char* name_;

    char character_[4];  // of UTF-8, until it is complete
    usize character_size_ = 0;
    bool literal_ = false;     // Ctrl-V was typed
    bool vertical_ = false;    // the last key moved up or down
    usize wanted_column_ = 0;  // where the cursor was when it began to
    bool cuts_ = false;        // the last key was Ctrl-K
    char* cut_ = nullptr;
    usize cut_size_ = 0;

    Question question_ = Question::None;
    char message_[160] = "";
    char find_[64];
    usize find_size_ = 0;
    bool find_begins_ = false;  // the next character replaces the old text
};

}  // namespace edit
