// Ctrl-R: the newest line of the history that contains what is typed.
#include "line/editor.h"
#include "string.h"
#include "terminal/text.h"

namespace line {

using terminal::control;
using terminal::Key;

void Editor::begin_search() {
    save_typed();
    search_.active = true;
    search_.failed = false;
    search_.size = 0;
    search_.before = entry_;
    show_search();
}

bool Editor::press_in_search(Key key) {
    if (key == control('R')) {
        search(entry_ - 1);
    } else if (key == control('G')) {
        recall(search_.before);
        end_search();
    } else if ((key == terminal::kBackspace || key == control('H')) && search_.size > 0) {
        search_.size = terminal::character_before(search_.text, search_.size);
        search(history_.size() - 1);
    } else if (key >= ' ' && key < 0x100 && key != terminal::kBackspace) {
        if (search_.size == sizeof search_.text) return ring(), true;
        search_.text[search_.size++] = static_cast<char>(key);
        search(entry_ < history_.size() ? entry_ : entry_ - 1);
    } else {
        end_search();
        return false;
    }
    return true;
}

// Shows the newest line that fits, at `from` or before. If there is none, the last one stays.
void Editor::search(int from) {
    usize position;
    const int found = history_.find({search_.text, search_.size}, from, &position);
    search_.failed = found < 0;
    if (found >= 0 && recall(found))
        buffer_.move(position);
    else
        ring();
    show_search();
}

void Editor::show_search() {
    format_to(search_.prompt, sizeof search_.prompt,
              "(%sreverse-i-search)`%.*s': ", search_.failed ? "failed " : "", static_cast<int>(search_.size),
              search_.text);
    screen_.set_prompt(search_.prompt);
    buffer_.set_all_changed();
}

void Editor::end_search() {
    if (!search_.active) return;
    search_.active = false;
    screen_.set_prompt(prompt_);
    buffer_.set_all_changed();
}

}  // namespace line
