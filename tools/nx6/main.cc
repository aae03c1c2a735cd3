// nx6: runs commands in a guest, and copies files to and from it, without a network (docs/agent.md).
#include <csignal>
#include <filesystem>

#include "tools/nx6/connect.h"
#include "tools/nx6/copy.h"
#include "tools/nx6/options.h"
#include "tools/nx6/run.h"
#include "user/lib/agent/protocol.h"

namespace nx6 {

namespace {

int run_command(int socket, const Options& o) {
    std::string line;
    for (const std::string& word : o.words) line += (line.empty() ? "" : " ") + word;
    const Ended end = run(socket, line, {.input = o.has_input ? 0 : -1});
    if (!end.signal) return end.status;
    // End as the command did, so that a shell's loop around us ends too.
    if (end.interrupted) std::raise(SIGINT);
    return 128 + end.signal;
}

void copy(int socket, const Options& o) {
    const std::string& from = o.words[0];
    const std::string to = o.words.size() > 1 ? o.words[1] : "";
    if (o.what == Options::What::Put) return put(socket, from, target_name(from, to, to.ends_with('/')));
    get(socket, from, target_name(from, to, std::filesystem::is_directory(to.c_str())));
}

}  // namespace
}  // namespace nx6

int main(int argc, char** argv) {
    const nx6::Options o = nx6::parse_options(argc, argv);
    const nx6::Fd socket = nx6::connect_to_guest(o.vsock.empty() ? nx6::default_socket() : o.vsock,
                                                 agent::kPort, o.wait_seconds);
    if (o.what == nx6::Options::What::Run) return nx6::run_command(socket.get(), o);
    nx6::copy(socket.get(), o);
}
