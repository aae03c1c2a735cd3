// The bar at the bottom: messages, where the cursor is, and the questions that are answered there.
#include <stdarg.h>
#include <string.h>

#include "editor.h"
#include "terminal/text.h"

namespace edit {

using terminal::control;

void Editor::tell(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vformat_to(message_, sizeof message_, format, arguments);
    va_end(arguments);
}

// Returns the column of the cursor, if it is in the bar.
usize Editor::make_bar(char* into, usize size) {
    if (question_ == Question::Quit) {
        format_to(into, size, "%s has changed. Save it? y: yes, n: no, other keys: go on editing ", name_);
    } else if (question_ == Question::Find) {
        format_to(into, size, "Find (Ctrl-C: do not): %.*s", static_cast<int>(find_size_), find_);
    } else if (message_[0]) {
        format_to(into, size, "%s", message_);
    } else {
        format_to(into, size, "%s%s  line %zu of %zu, column %zu", name_, is_changed() ? " (changed)" : "",
                  buffer_.line() + 1, buffer_.lines(), column() + 1);
    }
    return question_ == Question::None ? Screen::kNoCursor : terminal::column_behind(into, strlen(into), 0);
}

Editor::Event Editor::answer(Key key) {
    if (question_ == Question::Quit) return answer_quit(key);
    answer_find(key);
    return Event::None;
}

Editor::Event Editor::answer_quit(Key key) {
    question_ = Question::None;
    if (key == 'y' || key == 'Y') return Event::SaveAndQuit;
    return key == 'n' || key == 'N' ? Event::Quit : Event::None;
}

// Enter alone finds the last text again.
void Editor::answer_find(Key key) {
    if (key == '\r' || key == '\n') {
        question_ = Question::None;
        return find();
    }
    if (key == control('C') || key == control('G') || key == control('Q')) {
        question_ = Question::None;
        return;
    }
    if (key == terminal::kBackspace || key == control('H')) {
        if (find_size_ > 0) find_size_ = terminal::character_before(find_, find_size_);
    } else if ((key >= ' ' && key < 0x100) || key == '\t') {
        if (find_begins_) find_size_ = 0;
        if (find_size_ < sizeof find_) find_[find_size_++] = static_cast<char>(key);
    }
    find_begins_ = false;
}

// Moves to the next place behind the cursor that has the text, and from the end on to the beginning.
void Editor::find() {
    const TextView all = text();
    const usize from = buffer_.after(buffer_.cursor());
    if (all.empty()) return tell("the text is empty");
    if (find_size_ == 0) return tell("nothing to find: Ctrl-F asks for a text");
    const auto* found =
        static_cast<const char*>(memmem(all.data() + from, all.size() - from, find_, find_size_));
    if (!found) {
        found = static_cast<const char*>(memmem(all.data(), all.size(), find_, find_size_));
        tell("found from the beginning on");
    }
    if (!found) return tell("not found: %.*s", static_cast<int>(find_size_), find_);
    buffer_.move(buffer_.boundary(static_cast<usize>(found - all.data())));
}

}  // namespace edit
