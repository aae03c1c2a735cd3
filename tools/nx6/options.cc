#include "tools/nx6/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tools/nx6/fail.h"

namespace nx6 {
namespace {

constexpr const char* kUsage =
    R"(usage: nx6 run [-n] COMMAND...     runs a command line in the guest
       nx6 put FILE [NAME]         copies FILE into the guest
       nx6 get NAME [FILE]         copies the guest's file NAME to here

No network is needed: nx6 talks to the program `agent` in the guest, over the socket of `make qemu VSOCK=PATH`.

  --vsock PATH   the guest's socket; by default that of the environment variable NX6_VSOCK, or the file vsock in
                 the build folder of this program
  --wait N       if the guest does not answer yet, tries again for N seconds
  -n             run: the command gets no input

run passes on standard input, output and errors. Ctrl-C ends the command in the guest. The exit status is the
command's, or 128 + N if signal N killed it; 126: it cannot be run; 127: there is no such command; 125: nx6 itself
failed. The words of COMMAND are joined by spaces: quote what the guest's shell is to see, as in nx6 run 'ls | wc'.

put and get replace an existing file, and only when the new one is complete. NAME is relative to the guest's folder
/; a FILE of - is standard input or output.

nx6 is free software under the MIT license: see the file LICENSE.
)";

[[noreturn]] void refuse(const std::string& what) { fail(kOwnFailure, what + " (see nx6 --help)"); }

int parse_seconds(std::string_view text) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
    if (error != std::errc{} || end != text.end() || seconds < 0)
        refuse("--wait " + std::string(text) + " is invalid: use a number of seconds");
    return seconds;
}

Options::What parse_what(const std::string& word) {
    if (word == "run") return Options::What::Run;
    if (word == "put") return Options::What::Put;
    if (word == "get") return Options::What::Get;
    refuse("there is no " + word + ": use run, put or get");
}

void check_words(const Options& o) {
    const bool run = o.what == Options::What::Run;
    if (o.words.empty()) refuse(run ? "run needs a command" : "put and get need the name of a file");
    if (!run && o.words.size() > 2) refuse("put and get take one file and one name");
    for (const std::string& word : o.words)
        if (!run && word.empty()) refuse("the name of a file is empty");
}

}  // namespace

Options parse_options(int argc, char** argv) {
    Options o;
    bool known = false;  // run, put or get has been read
    int i = 1;
    for (; i < argc; i++) {
        const std::string a = argv[i];
        const bool is_option = a.size() > 1 && a[0] == '-';
        if (a == "--help" || a == "-h") std::exit(std::fputs(kUsage, stdout) < 0);
        if (a == "--vsock" || a == "--wait") {
            if (++i == argc) refuse(a + " needs a value");
            if (a == "--vsock") o.vsock = argv[i];
            if (a == "--wait") o.wait_seconds = parse_seconds(argv[i]);
        } else if (a == "-n" && known && o.what == Options::What::Run) {
            o.has_input = false;
        } else if (a == "--" && known) {
            i++;
            break;
        } else if (is_option) {
            refuse("there is no option " + a);
        } else if (known) {
            break;
        } else {
            o.what = parse_what(a);
            known = true;
        }
    }
    if (!known) refuse("say what to do: run, put or get");
    o.words.assign(argv + i, argv + argc);
    check_words(o);
    return o;
}

}  // namespace nx6
