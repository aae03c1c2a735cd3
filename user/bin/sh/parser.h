// The grammar (tree.h), by recursive descent: one function for each rule.
#pragma once

#include "lexer.h"

namespace sh {

class Parser : Lexer {
  public:
    Parser(Source& source, Arena& arena, int depth = 0) : Lexer(source, arena, depth) {}

    // The next line, or as many lines as its commands need; null at the end of the source. Does not return if
    // there is a syntax error (fail()).
    List* next_commands();

  private:
    List* commands_to_close() override;
    List* commands_of(Source& text) override;
    Word* expanded_text(Source& text) override;

    List* parse_line();
    List* parse_list(const char* wanted);
    AndOr* parse_and_or();
    Pipeline* parse_pipeline(When when);
    Command* parse_command();
    void parse_simple(Command& command);
    bool parse_assignment(Command& command, Assignment**& end);
    void parse_function(Command& command, const char* name);
    bool parse_compound(Command& command);
    void parse_if(Command& command);
    void parse_loop(Command& command, CommandKind kind);
    void parse_for(Command& command);
    void parse_case(Command& command);
    CaseItem* parse_case_item();
    List* parse_do_group();
    bool parse_redirect(Redirect**& end);
    void parse_redirects(Command& command);
    List* list_of(Command* command);

    bool at(const char* reserved);
    bool accept(Token token);
    bool accept(const char* reserved);
    void expect(const char* reserved);
    bool ends_list();
    void skip_newlines();
    [[noreturn]] void unexpected(const char* wanted);
    char* text_since(size_t start);
};

}  // namespace sh
