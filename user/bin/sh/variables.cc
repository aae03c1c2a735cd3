#include "variables.h"

#include <stdlib.h>

#include "shell.h"
#include "word.h"

namespace sh {

namespace {

Variable* variables;
Frame* frames;
Parameters top_parameters;

char* duplicate(const char* text) {
    char* copy = strdup(text);
    if (!copy) fail("out of memory");
    return copy;
}

void remove(Variable& wanted) {
    for (Variable** at = &variables; *at; at = &(*at)->next) {
        if (*at != &wanted) continue;
        *at = wanted.next;
        free(wanted.name);
        free(wanted.value);
        free(&wanted);
        return;
    }
}

}  // namespace

bool is_valid_name(const char* name) {
    if (!is_name_start(*name)) return false;
    while (is_name(*name)) name++;
    return !*name;
}

Variable* first_variable() { return variables; }

Variable* find_variable(const char* name) {
    for (Variable* v = variables; v; v = v->next) {
        if (strcmp(v->name, name) == 0) return v;
    }
    return nullptr;
}

Variable& make_variable(const char* name) {
    if (Variable* known = find_variable(name)) return *known;
    auto* v = static_cast<Variable*>(calloc(1, sizeof(Variable)));
    if (!v) fail("out of memory");
    v->name = duplicate(name);
    // Sorted, as `set` and `export` print them.
    Variable** at = &variables;
    while (*at && strcmp((*at)->name, name) < 0) at = &(*at)->next;
    v->next = *at;
    return *(*at = v);
}

const char* value_of(const char* name) {
    const Variable* v = find_variable(name);
    return v ? v->value : nullptr;
}

void set_variable(const char* name, const char* value) {
    Variable& v = make_variable(name);
    if (v.readonly) fail("%s: is read only", name);
    char* copy = duplicate(value);
    free(v.value);
    v.value = copy;
}

bool unset_variable(const char* name) {
    Variable* v = find_variable(name);
    if (v && v->readonly) return false;
    if (v) remove(*v);
    return true;
}

void forget_unexported_variables() {
    for (Variable* v = variables; v;) {
        Variable* next = v->next;
        if (!v->exported) remove(*v);
        v = next;
    }
}

void import_environment(char** environment) {
    for (char** e = environment; e && *e; e++) {
        char* equals = strchr(*e, '=');
        if (!equals) continue;
        char* name = shell.scratch.copy(*e, static_cast<size_t>(equals - *e));
        if (!is_valid_name(name)) continue;
        set_variable(name, equals + 1);
        make_variable(name).exported = true;
    }
}

Fields environment(Arena& arena) {
    Fields all(arena);
    for (const Variable* v = variables; v; v = v->next) {
        if (!v->exported || !v->value) continue;
        Text text(arena);
        text.add(v->name);
        text.add('=');
        text.add(v->value);
        all.add(text.c_str());
    }
    return all;
}

// ---- positional parameters ----

void Parameters::free_owned() {
    for (char** p = owned; p && *p; p++) free(*p);
    free(owned);
    owned = nullptr;
}

void Parameters::set(char* const* from, int n) {
    auto** copied = static_cast<char**>(calloc(static_cast<size_t>(n) + 1, sizeof(char*)));
    if (!copied) fail("out of memory");
    for (int i = 0; i < n; i++) copied[i] = duplicate(from[i]);
    free_owned();
    list = owned = copied;
    count = n;
}

// ---- frames ----

struct Frame::Saved {
    char* name;
    char* value;
    bool known, exported, readonly;
    Saved* next;
};

Frame::Frame(bool has_parameters) : outer(frames), has_parameters_(has_parameters) { frames = this; }

Frame* current_frame() { return frames; }

Frame* function_frame() {
    Frame* f = frames;
    while (f && !f->has_parameters()) f = f->outer;
    return f;
}

Parameters& parameters() {
    Frame* f = function_frame();
    return f ? f->parameters : top_parameters;
}

void Frame::save(const char* name) {
    for (const Saved* s = saved_; s; s = s->next) {
        if (strcmp(s->name, name) == 0) return;
    }
    auto* s = static_cast<Saved*>(calloc(1, sizeof(Saved)));
    if (!s) fail("out of memory");
    const Variable* v = find_variable(name);
    if (v) s->known = true, s->exported = v->exported, s->readonly = v->readonly;
    s->name = duplicate(name);
    if (v && v->value) s->value = duplicate(v->value);
    s->next = saved_;
    saved_ = s;
}

void Frame::end() {
    while (Saved* s = saved_) {
        saved_ = s->next;
        if (s->known) {
            Variable& v = make_variable(s->name);
            free(v.value);
            v.value = s->value;
            v.exported = s->exported;
            v.readonly = s->readonly;
        } else if (Variable* v = find_variable(s->name)) {
            remove(*v);
        }
        free(s->name);
        free(s);
    }
    parameters.free_owned();
    frames = outer;
}

void end_all_frames() {
    while (frames) frames->end();
}

}  // namespace sh
