// Puts a word together from its parts.
#pragma once

#include "memory.h"
#include "tree.h"

namespace sh {

bool is_name_start(char c);
bool is_name(char c);  // a character of a name but its first

// Adds the parts of a word. Adjacent characters that are quoted alike are one part.
class WordBuilder {
  public:
    WordBuilder(Arena& arena, bool may_assign) : assignable(may_assign), arena_(arena), run_(arena) {}

    void add(char c, bool quoted) {
        if (open_ && quoted_ != quoted) flush();
        begin(quoted);
        run_.add(c);
    }
    // "" is a part, so that an empty word is a word.
    void begin(bool quoted) { open_ = true, quoted_ = quoted; }
    Part* add(PartKind kind, bool quoted) {
        flush();
        auto* part = arena_.make<Part>();
        part->kind = kind;
        part->quoted = quoted;
        *end_ = part;
        end_ = &part->next;
        count_++;
        return part;
    }
    void flush() {
        if (!open_) return;
        open_ = false;
        const size_t n = run_.size();
        const char* text = arena_.copy(run_.c_str(), n);
        run_.cut(0);
        add(PartKind::Text, quoted_)->text = text;
    }
    int count() const { return count_ + open_; }
    Word* finish() {
        flush();
        auto* word = arena_.make<Word>();
        word->parts = first_;
        if (count_ == 1 && first_->kind == PartKind::Text && !first_->quoted) word->plain = first_->text;
        return word;
    }
    // At the place of a ~ that is expanded: at the start, or in an assignment after = and :.
    bool at_tilde_place() {
        if (count() == 0) return true;
        if (!assignable || !open_ || quoted_) return false;
        if (run_.last() == '=') is_assignment_ = is_assignment_ || (count() == 1 && is_all_name());
        return is_assignment_ && (run_.last() == ':' || (run_.last() == '='));
    }
    const bool assignable;

  private:
    bool is_all_name() {
        const char* text = run_.c_str();
        if (!is_name_start(*text)) return false;
        while (is_name(*text)) text++;
        return *text == '=' && !text[1];
    }

    Arena& arena_;
    Text run_;
    bool open_ = false, quoted_ = false, is_assignment_ = false;
    Part* first_ = nullptr;
    Part** end_ = &first_;
    int count_ = 0;
};

}  // namespace sh
