// The shell's parser, and the arithmetic of $(( )): the input is a script. Everything behind the parser is
// left out, so that nothing is executed.
//
//   's', a script          'a', an expression
#include "../../user/bin/sh/shell.h"

#include <map>

#include "../../user/bin/sh/expand.h"
#include "../../user/bin/sh/parser.h"
#include "../../user/bin/sh/variables.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

struct GivenUp {};  // a syntax error ends the command line

std::map<std::string, std::string> variables;

void script(const std::string& text) {
    sh::Source source(text.data(), text.size());
    sh::Arena arena;
    usize before = 0;
    try {
        sh::Parser parser(source, arena);
        while (parser.next_commands()) {
            must(source.at > before && source.at <= text.size(), "each command is a part of the script");
            before = source.at;
        }
        must(source.at == text.size(), "the whole script is parsed");
    } catch (const GivenUp&) {
    }
    arena.release();
}

void arithmetic(const std::string& text) {
    variables = {{"x", "7"}, {"big", "9223372036854775807"}, {"text", "1+1"}};
    try {
        const long value = sh::evaluate(text.c_str());
        must(value == sh::evaluate(std::to_string(value).c_str()), "a number has itself as its value");
    } catch (const GivenUp&) {
    }
    sh::shell.scratch.release();
}

void run(Bytes input) {
    if (input.empty()) return;
    std::string text = text_of(input.subspan(1));
    std::erase(text, '\0');  // as the shell's input has none
    if (input[0] == 'a') return arithmetic(text);
    script(text);
}

std::vector<std::string> seeds() {
    return {
        "secho \"a $x ${y:-z} $(date; `w`)\" 'q' \\\n >>f 2>&1 <<E && ! cat | wc -l; sleep 1 &\ntext $x\nE\n",
        "sif a; then b; elif c; then d; else e; fi\nwhile :; do break; done; until a\ndo b; done",
        "sfor i in 1 2 *; do echo $i ${#i} ${i%.c} ${i##*/}; done\nfor i do :; done",
        "scase $x in (a|b) c;; *) d; esac; f() { g \"$@\"; }; x=1 y=~:~ z <>f; ( a ) <<-\\E\n\tb\n\tE\n",
        "secho $((x+1)) $(( (1 << 3) )) ${x?word} ${x+\"$(a)\"} # comment\n",
        "aa=x+2*3-(4/2)%3<<1>>1,b",
        "ax==7&&big!=1||0?0x1f:017",
        "ax+=1|2^3&~4",
        "a!(-x<=+2)>=text"};
}

}  // namespace

constinit const Target shell = {"shell", 2048, run, seeds};

}  // namespace fuzz

// What the parser needs of the rest of the shell.
namespace sh {

constinit Shell shell;

void fail(const char*, ...) { throw fuzz::GivenUp(); }

void Source::begin(Arena&) {}
bool Source::more() { return fd_ >= 0 && lines_; }  // a text is complete

const char* parameter_value(const char* name) { return value_of(name); }
const char* value_of(const char* name) {
    const auto found = fuzz::variables.find(name);
    return found == fuzz::variables.end() ? nullptr : found->second.c_str();
}
void set_variable(const char* name, const char* value) { fuzz::variables[name] = value; }

}  // namespace sh
