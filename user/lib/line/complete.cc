#include "line/complete.h"

#include "stdlib.h"
#include "string.h"

namespace line {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_operator(char c) {
    return c == ';' || c == '&' || c == '|' || c == '(' || c == ')' || c == '<' || c == '>';
}

// Behind such a word there is a command.
bool introduces_command(const char* word) {
    static const char* const kWords[] = {"if",    "then", "elif", "else", "while",
                                         "until", "do",   "!",    "{",    "time"};
    for (const char* w : kWords) {
        if (strcmp(word, w) == 0) return true;
    }
    return strchr(word, '=') != nullptr;  // an assignment
}

}  // namespace

bool find_word(Text text, Word& word) {
    usize n = 0;
    bool in_word = false, expects_command = true;
    word.quote = 0;
    word.is_command = true;
    for (usize i = 0; i < text.size; i++) {
        char c = text.start[i];
        const bool open = word.quote != 0;
        if (!open && (is_blank(c) || is_operator(c))) {
            word.text[n < Word::kMost ? n : Word::kMost] = '\0';
            if (in_word) expects_command = expects_command && introduces_command(word.text);
            if (is_operator(c)) expects_command = c != '<' && c != '>' && c != ')';
            in_word = false;
            n = 0;
            continue;
        }
        in_word = true;
        if (open ? c == word.quote : c == '\'' || c == '"') {
            word.quote = open ? '\0' : c;
            continue;
        }
        if (c == '\\' && word.quote != '\'' && i + 1 < text.size) c = text.start[++i];
        if (n < Word::kMost) word.text[n] = c;
        n++;
    }
    if (n > Word::kMost) return false;
    word.is_command = expects_command;
    word.text[n] = '\0';
    const char* slash = strrchr(word.text, '/');
    word.name = slash ? slash + 1 : word.text;
    return true;
}

Candidates::~Candidates() {
    for (int i = 0; i < size_; i++) free(names_[i]);
    free(names_);
}

bool Candidates::fits(const char* name) const { return strncmp(name, prefix_, strlen(prefix_)) == 0; }

// Inserts it in its place.
void Candidates::add(const char* name, bool is_folder) {
    if (!fits(name) || size_ == kMost) return;
    if (!names_) names_ = static_cast<char**>(malloc(kMost * sizeof *names_));
    const usize size = strlen(name);
    auto* copy = names_ ? static_cast<char*>(malloc(size + 2)) : nullptr;
    if (!copy) return;
    memcpy(copy, name, size);
    strcpy(copy + size, is_folder ? "/" : "");
    int i = size_;
    while (i > 0 && strcmp(names_[i - 1], copy) > 0) i--;
    if (i > 0 && strcmp(names_[i - 1], copy) == 0) return free(copy);
    memmove(names_ + i + 1, names_ + i, static_cast<usize>(size_ - i) * sizeof *names_);
    names_[i] = copy;
    size_++;
}

// The first and the last in alphabetical order differ most.
usize Candidates::common() const {
    usize n = 0;
    if (size_ == 0) return 0;
    const char *first = names_[0], *last = names_[size_ - 1];
    while (first[n] && first[n] == last[n]) n++;
    return n;
}

}  // namespace line
