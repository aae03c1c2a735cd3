#include "editor.h"

#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

namespace edit {

using terminal::control;
using terminal::kAlt;

namespace {
const char kShort[] = "Ctrl-S saves, Ctrl-Q quits, Ctrl-G shows all keys";
const char kHelp[] = "^S save ^Q quit ^F find ^N next ^K cut ^U paste Alt-U undo Alt-E redo ^Z stop";
}  // namespace

Editor::~Editor() { free(cut_); }

void Editor::begin() {
    buffer_.move(0);
    tell("%s", kShort);
}

void Editor::show() {
    char bar[256];
    const usize cursor = make_bar(bar, sizeof bar);
    screen_.draw(buffer_, bar, cursor);
}

// ---- keys ----

Editor::Event Editor::take(u8 byte) {
    const Key key = literal_ ? Key{byte} : keys_.take(byte);
    if (key == terminal::kNoKey) return Event::None;
    message_[0] = '\0';
    if (question_ != Question::None) return answer(key);
    if (literal_ || (key >= ' ' && key < 0x100 && key != terminal::kBackspace)) {
        literal_ = vertical_ = cuts_ = false;
        press_character(key);
        return Event::None;
    }
    insert_character();
    const Event event = press(key);
    buffer_.move(buffer_.boundary(buffer_.cursor()));  // bytes may have become one character
    vertical_ = vertical_ && (key == terminal::kUp || key == terminal::kDown || key == terminal::kPageUp ||
                              key == terminal::kPageDown);
    cuts_ = key == control('K');
    return event;
}

Editor::Event Editor::press(Key key) {
    if (press_to_edit(key)) return Event::None;
    undo_.seal();
    if (press_to_move(key)) return Event::None;
    switch (key) {
        case control('S'): return Event::Save;
        case control('Z'): return Event::Stop;
        case control('Q'):
            if (!is_changed()) return Event::Quit;
            question_ = Question::Quit;
            break;
        case control('F'): question_ = Question::Find, find_begins_ = true; break;
        case control('N'): find(); break;
        case control('L'): screen_.forget(); break;
        case control('V'): literal_ = true; break;
        case control('G'): tell("%s", kHelp); break;
        default: tell("%s", kShort);
    }
    return Event::None;
}

bool Editor::press_to_move(Key key) {
    const usize at = buffer_.cursor();
    const long page = screen_.height() > 1 ? static_cast<long>(screen_.height()) - 1 : 1;
    switch (key) {
        case terminal::kLeft: buffer_.move(buffer_.before(at)); break;
        case terminal::kRight: buffer_.move(buffer_.after(at)); break;
        case terminal::kUp: move_lines(-1); break;
        case terminal::kDown: move_lines(1); break;
        case terminal::kPageUp: screen_.scroll(move_lines(-page), buffer_.lines()); break;
        case terminal::kPageDown: screen_.scroll(move_lines(page), buffer_.lines()); break;
        case terminal::kHome:
        case control('A'): buffer_.move(buffer_.line_start(at)); break;
        case terminal::kEnd:
        case control('E'): buffer_.move(buffer_.line_end(at)); break;
        case kAlt | '<': buffer_.move(0); break;
        case kAlt | '>': buffer_.move(buffer_.size()); break;
        default: return false;
    }
    return true;
}

bool Editor::press_to_edit(Key key) {
    const usize at = buffer_.cursor();
    switch (key) {
        case '\r':
        case '\n': insert("\n"); break;
        case '\t': insert("\t"); break;
        case terminal::kBackspace:
        case control('H'): erase(buffer_.before(at), at); break;
        case terminal::kDelete:
        case control('D'): erase(at, buffer_.after(at)); break;
        case control('K'): cut_line(); break;
        case control('U'): insert({cut_, cut_size_}); break;
        case kAlt | 'u': apply(undo_.undo(), true); break;
        case kAlt | 'e': apply(undo_.redo(), false); break;
        default: return false;
    }
    return true;
}

// Collects the bytes of a character of UTF-8, so that it is shown, and undone, in one piece.
void Editor::press_character(Key byte) {
    const bool continues = (byte & 0xc0) == 0x80;
    if (!continues) insert_character();
    character_[character_size_++] = static_cast<char>(byte);
    const u8 lead = static_cast<u8>(character_[0]);
    const usize size = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (character_size_ == size) insert_character();
}

void Editor::insert_character() {
    if (character_size_ > 0) insert({character_, character_size_});
    character_size_ = 0;
    buffer_.move(buffer_.boundary(buffer_.cursor()));
}

// ---- changes ----

void Editor::insert(TextView text) {
    if (text.empty()) return;
    const usize at = buffer_.cursor();
    if (buffer_.insert(text))
        undo_.add(at, false, text);
    else
        tell("not inserted: a text has %zu KiB at most, and needs memory", Buffer::kMost / 1024);
}

void Editor::erase(usize from, usize to) {
    if (from == to) return;
    undo_.add(from, true, buffer_.text(from, to));
    buffer_.move(from);
    buffer_.erase(to - from);
}

// Lines that are cut one after the other are pasted together.
void Editor::cut_line() {
    const usize start = buffer_.line_start(buffer_.cursor()), end = buffer_.line_end(start),
                to = end < buffer_.size() ? end + 1 : end;
    if (start == to) return;
    if (!cuts_) cut_size_ = 0;
    auto* cut = static_cast<char*>(realloc(cut_, cut_size_ + (to - start) + 1));
    if (!cut) return tell("not cut: no memory");
    memcpy(cut + cut_size_, buffer_.text(start, to).data(), to - start);
    cut_ = cut;
    cut_size_ += to - start;
    undo_.seal();
    erase(start, to);
}

void Editor::apply(const Change* change, bool back) {
    if (!change) return tell(back ? "nothing to undo" : "nothing to redo");
    buffer_.move(change->at);
    if (change->erases == back && !buffer_.insert({change->text, change->size}))
        tell("no memory: the text is not what it was");
    else if (change->erases != back)
        buffer_.erase(change->size);
}

// ---- up and down ----

usize Editor::column() {
    const TextView before = buffer_.text(buffer_.line_start(buffer_.cursor()), buffer_.cursor());
    return terminal::column_behind(before.data(), before.size(), 0);
}

// Through shorter lines too, the cursor keeps to the column in which it was at first. Returns by how many
// lines it has moved.
long Editor::move_lines(long n) {
    const usize before = buffer_.line();
    if (!vertical_) wanted_column_ = column();
    vertical_ = true;
    usize start = buffer_.line_start(buffer_.cursor());
    for (; n < 0 && start > 0; n++) start = buffer_.line_start(start - 1);
    for (usize end; n > 0 && (end = buffer_.line_end(start)) < buffer_.size(); n--) start = end + 1;
    const TextView line = buffer_.text(start, buffer_.line_end(start));
    usize at = 0;
    for (usize column = 0; at < line.size();) {
        column += terminal::columns_of(line[at], column);
        if (column > wanted_column_) break;
        at += terminal::character_size(line.data() + at, line.size() - at);
    }
    buffer_.move(start + at);
    return static_cast<long>(buffer_.line()) - static_cast<long>(before);
}

}  // namespace edit
