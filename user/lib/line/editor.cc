#include "line/editor.h"

#include <utility>

#include "string.h"
#include "terminal/text.h"

namespace line {

using terminal::control;
using terminal::Key;

namespace {
bool continues_character(u8 byte) { return (byte & 0xc0) == 0x80; }
}  // namespace

void Editor::begin(const char* prompt, winsize size, Complete completer, usize most) {
    prompt_ = prompt;
    complete_ = completer;
    buffer_.begin(most);
    entry_ = history_.size();
    typed_size_ = character_size_ = 0;
    literal_ = refused_ = tab_again_ = search_.active = false;
    screen_.begin(prompt, size);
}

void Editor::show() {
    screen_.show(buffer_.text(), buffer_.unchanged(), buffer_.cursor());
    buffer_.shown();
}

// The bell comes behind what was typed before it.
void Editor::ring() {
    show();
    screen_.ring();
}

void Editor::interrupt(const char* shown) {
    flush_character();
    end_search();
    show();
    screen_.end(buffer_.text(), shown);
}

Editor::Event Editor::take(u8 byte) {
    if (!continues_character(byte)) flush_character();
    if (std::exchange(literal_, false)) return insert(byte);
    const Key key = keys_.take(byte);
    if (key == terminal::kNoKey) return Event::None;
    if (search_.active && press_in_search(key)) return Event::None;
    if (key != '\t') tab_again_ = false;
    return press(key);
}

Editor::Event Editor::press(Key key) {
    const usize at = buffer_.cursor(), size = buffer_.size();
    switch (key) {
        case '\n':
        case '\r': return enter();
        case control('D'): return delete_or_end();
        case terminal::kHome:
        case control('A'): buffer_.move(0); break;
        case terminal::kEnd:
        case control('E'): buffer_.move(size); break;
        case terminal::kLeft:
        case control('B'): buffer_.move(buffer_.before(at)); break;
        case terminal::kRight:
        case control('F'): buffer_.move(buffer_.after(at)); break;
        case terminal::kWordLeft:
        case terminal::kAlt | 'b': buffer_.move(buffer_.word_before(at)); break;
        case terminal::kWordRight:
        case terminal::kAlt | 'f': buffer_.move(buffer_.word_after(at)); break;
        case terminal::kBackspace:
        case control('H'): erase(buffer_.before(at), at); break;
        case terminal::kDelete: erase(at, buffer_.after(at)); break;
        case control('K'): kill(at, size); break;
        case control('U'): kill(0, at); break;
        case control('W'): kill(buffer_.blanks_word_before(at), at); break;
        case terminal::kAlt | terminal::kBackspace: kill(buffer_.word_before(at), at); break;
        case terminal::kAlt | 'd': kill(at, buffer_.word_after(at)); break;
        case control('Y'): yank(); break;
        case control('T'):
            if (!buffer_.transpose()) ring();
            break;
        case terminal::kUp:
        case control('P'): go_to(entry_ - 1); break;
        case terminal::kDown:
        case control('N'): go_to(entry_ + 1); break;
        case terminal::kAlt | '<': go_to(0); break;
        case terminal::kAlt | '>': go_to(history_.size()); break;
        case control('R'): begin_search(); break;
        case control('L'): clear_screen(); break;
        case control('V'): literal_ = true; break;
        case '\t':
            if (!complete_) return insert('\t');
            complete();
            break;
        default:
            if (key >= ' ' && key < 0x100) return insert(static_cast<u8>(key));
    }
    return Event::None;
}

// Collects the bytes of a character of UTF-8, so that the terminal gets it in one piece.
Editor::Event Editor::insert(u8 byte) {
    if (byte == '\0' || byte == '\n') {  // only Ctrl-V brings them here
        ring();
        return Event::None;
    }
    character_[character_size_++] = static_cast<char>(byte);
    const usize wanted = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const bool is_whole = continues_character(byte)
                              ? terminal::character_size(character_, character_size_) == character_size_
                              : wanted == 1;
    if (is_whole || character_size_ == sizeof character_) flush_character();
    return Event::None;
}

void Editor::flush_character() {
    const usize size = std::exchange(character_size_, 0);
    if (size == 0 || buffer_.insert({character_, size})) return;
    refused_ = true;
    ring();
}

Editor::Event Editor::enter() {
    show();
    screen_.end(buffer_.text());
    return refused_ ? Event::TooLong : Event::Line;
}

Editor::Event Editor::delete_or_end() {
    if (buffer_.size() > 0) {
        erase(buffer_.cursor(), buffer_.after(buffer_.cursor()));
        return Event::None;
    }
    screen_.end({});
    return Event::End;
}

void Editor::erase(usize from, usize to) {
    if (from == to) return ring();
    buffer_.erase(from, to);
    refused_ = false;
}

void Editor::kill(usize from, usize to) {
    if (from == to) return ring();
    killed_size_ = to - from;
    memcpy(killed_, buffer_.text().start + from, killed_size_);
    erase(from, to);
}

void Editor::yank() {
    if (!buffer_.insert({killed_, killed_size_})) ring();
}

void Editor::clear_screen() {
    screen_.erase_all();
    buffer_.set_all_changed();
}

// ---- history ----

void Editor::save_typed() {
    if (entry_ < history_.size()) return;
    const Text typed = buffer_.text();
    memcpy(typed_, typed.start, typed.size);
    typed_size_ = typed.size;
}

void Editor::go_to(int entry) {
    if (entry < 0 || entry > history_.size() || entry == entry_) return ring();
    save_typed();
    if (!recall(entry)) ring();
}

bool Editor::recall(int entry) {
    const Text text = entry < history_.size() ? history_.at(entry) : Text{typed_, typed_size_};
    if (!buffer_.set(text)) return false;
    entry_ = entry;
    refused_ = false;
    return true;
}

}  // namespace line
