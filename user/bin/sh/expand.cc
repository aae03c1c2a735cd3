#include "expand.h"

#include <fnmatch.h>
#include <stdio.h>

#include "shell.h"
#include "variables.h"

namespace sh {

namespace {

enum class Mode : unsigned char { Fields, Text, Pattern };

// Expands one word. The field that is being put together has a backslash in front of each quoted character
// that is special in a pattern.
class Expansion {
  public:
    Expansion(Mode mode, Fields* fields) : mode_(mode), fields_(fields), field_(shell.scratch) {}

    void add(const Part* parts, bool split_text);
    void end_field();
    char* text() { return field_.c_str(); }

  private:
    void put_quoted(char c);
    void put_split(char c);
    void put(const char* value, bool quoted);
    void add_parameter(const Part& part);
    void add_all_parameters(const Part& part);
    void add_value(const Part& part, const char* value);
    void add_word(const Part& part);

    const Mode mode_;
    Fields* fields_;
    Text field_;
    bool open_ = false;         // the field exists, even if it is empty
    bool has_pattern_ = false;  // it has a special character that is not quoted
    bool after_space_ = false;  // a separator that is no space may follow, and belongs to the same end
};

void Expansion::put_quoted(char c) {
    if (mode_ != Mode::Text && strchr("*?[]\\!-^", c)) field_.add('\\');
    field_.add(c);
    open_ = true;
}

// A character of an unquoted expansion: separators end the field.
void Expansion::put_split(char c) {
    if (mode_ == Mode::Fields && strchr(field_separators(), c)) {
        const bool space = c == ' ' || c == '\t' || c == '\n';
        if (open_)
            end_field(), after_space_ = space;
        else if (!space && after_space_)
            after_space_ = false;
        else if (!space)
            open_ = true, end_field();
        return;
    }
    if (mode_ == Mode::Fields && c == '\\') return put_quoted(c);
    if (strchr("*?[", c)) has_pattern_ = true;
    field_.add(c);
    open_ = true;
    after_space_ = false;
}

void Expansion::put(const char* value, bool quoted) {
    if (quoted) open_ = true, after_space_ = false;
    for (; *value; value++) quoted ? put_quoted(*value) : put_split(*value);
}

void Expansion::end_field() {
    if (!open_ || mode_ != Mode::Fields) return;
    char* text = field_.c_str();
    if (shell.options.no_globs || !has_pattern_ || !expand_path(text, *fields_)) {
        remove_backslashes(text);
        fields_->add(shell.scratch.copy(text));
    }
    field_.cut(0);
    open_ = has_pattern_ = after_space_ = false;
}

// `split_text`: the text is the word of an unquoted ${x-word}, whose result is split.
void Expansion::add(const Part* parts, bool split_text) {
    for (const Part* p = parts; p; p = p->next) {
        switch (p->kind) {
            case PartKind::Text:
                if (p->quoted || split_text) {
                    put(p->text, p->quoted);
                    break;
                }
                for (const char* c = p->text; *c; c++) {
                    if (strchr("*?[", *c)) has_pattern_ = true;
                    field_.add(*c);
                    open_ = true;
                }
                after_space_ = false;
                break;
            case PartKind::Parameter: add_parameter(*p); break;
            case PartKind::Command: put(output_of(*p->list), p->quoted); break;
            case PartKind::Arithmetic: {
                char number[24];
                snprintf(number, sizeof number, "%ld", evaluate(expand_text(*p->word)));
                put(number, p->quoted);
            }
        }
    }
}

void Expansion::add_word(const Part& part) {
    if (part.quoted) open_ = true;
    add(part.word->parts, !part.quoted);
}

// "$@" is a field for each parameter, and none if there are none. "$*" is one field.
void Expansion::add_all_parameters(const Part& part) {
    const Parameters& all = parameters();
    const bool is_at = part.text[0] == '@';
    const bool joined = mode_ != Mode::Fields || (part.quoted && !is_at);
    const char* separators = field_separators();
    const char between = is_at && mode_ != Mode::Fields ? ' ' : *separators;
    if (part.quoted && !is_at) open_ = true;
    for (int i = 0; i < all.count; i++) {
        if (i > 0 && !joined) end_field();
        if (i > 0 && joined && between) put_quoted(between);
        put(all.list[i], part.quoted);
    }
}

void Expansion::add_parameter(const Part& part) {
    const bool all = part.text[1] == '\0' && (part.text[0] == '@' || part.text[0] == '*');
    if (all && part.operation == Operation::None) return add_all_parameters(part);
    add_value(part, all && parameters().count == 0 ? nullptr : parameter_value(part.text));
}

// Cuts the shortest or the longest part that matches off an end.
char* cut(const char* value, const char* pattern, Operation operation) {
    char* text = shell.scratch.copy(value);
    const size_t n = strlen(text);
    const bool longest = operation == Operation::CutLongPrefix || operation == Operation::CutLongSuffix;
    const bool prefix = operation == Operation::CutPrefix || operation == Operation::CutLongPrefix;
    for (size_t i = 0; i <= n; i++) {
        const size_t at = prefix != longest ? i : n - i;
        const char saved = text[at];
        if (prefix) text[at] = '\0';
        const bool matches = fnmatch(pattern, prefix ? text : text + at, 0) == 0;
        text[at] = saved;
        if (!matches) continue;
        if (prefix) return text + at;
        text[at] = '\0';
        return text;
    }
    return text;
}

void Expansion::add_value(const Part& part, const char* value) {
    const bool none = !value || (part.or_empty && !*value);
    const bool all = strchr("@*", part.text[0]);
    switch (part.operation) {
        case Operation::Default:
            if (none) return add_word(part);
            if (all) return add_all_parameters(part);
            break;
        case Operation::Alternative:
            if (!none)
                add_word(part);
            else if (part.quoted)
                open_ = true;
            return;
        case Operation::Assign:
            if (!none) break;
            if (!is_valid_name(part.text)) fail("%s: cannot be assigned", part.text);
            set_variable(part.text, expand_text(*part.word));
            value = value_of(part.text);
            break;
        case Operation::Error: {
            if (!none) break;
            const char* why = expand_text(*part.word);
            fail("%s: %s", part.text, *why ? why : "is not set");
        }
        default: break;
    }
    if (!value && shell.options.no_unset && !all) fail("%s: is not set", part.text);
    if (!value) value = "";
    if (part.operation == Operation::Length) {
        char number[24];
        snprintf(number, sizeof number, "%zu", strlen(value));
        return put(number, part.quoted);
    }
    if (part.operation >= Operation::CutPrefix)
        value = cut(value, expand_pattern(*part.word), part.operation);
    put(value, part.quoted);
}

}  // namespace

void expand_fields(const Word* words, Fields& to) {
    for (const Word* w = words; w; w = w->next) {
        Expansion expansion(Mode::Fields, &to);
        expansion.add(w->parts, false);
        expansion.end_field();
    }
}

char* expand_text(const Word& word) {
    Expansion expansion(Mode::Text, nullptr);
    expansion.add(word.parts, false);
    return expansion.text();
}

char* expand_pattern(const Word& word) {
    Expansion expansion(Mode::Pattern, nullptr);
    expansion.add(word.parts, false);
    return expansion.text();
}

}  // namespace sh
