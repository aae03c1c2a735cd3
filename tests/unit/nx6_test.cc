// nx6, the host's program: its command line, its way to the guest, and both ends of a command together.
#include <fcntl.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "agent_kit.h"
#include "tools/nx6/connect.h"
#include "tools/nx6/copy.h"
#include "tools/nx6/options.h"
#include "tools/nx6/run.h"

namespace {

using namespace agent_kit;
using nx6::Options;
using testing::ExitedWithCode;
namespace fs = std::filesystem;

// --- the command line ---

Options parsed(std::vector<std::string> words) {
    std::vector<char*> argv{const_cast<char*>("nx6")};
    for (std::string& w : words) argv.push_back(w.data());
    return nx6::parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(Nx6Options, ComeBeforeAndAfterRun) {
    for (const auto& words : {std::vector<std::string>{"--vsock", "/s", "--wait", "3", "run", "ls", "-l"},
                              std::vector<std::string>{"run", "--wait", "3", "--vsock", "/s", "ls", "-l"}}) {
        const Options o = parsed(words);
        EXPECT_EQ(o.what, Options::What::Run);
        EXPECT_EQ(o.vsock, "/s");
        EXPECT_EQ(o.wait_seconds, 3);
        EXPECT_TRUE(o.has_input);
        EXPECT_EQ(o.words, (std::vector<std::string>{"ls", "-l"}));
    }
}

TEST(Nx6Options, OfTheCommandAreTheCommands) {
    EXPECT_EQ(parsed({"run", "echo", "--wait", "x"}).words,
              (std::vector<std::string>{"echo", "--wait", "x"}));
    EXPECT_EQ(parsed({"run", "--", "-x"}).words, (std::vector<std::string>{"-x"}));
    EXPECT_FALSE(parsed({"run", "-n", "ls"}).has_input);
    EXPECT_EQ(parsed({"put", "-", "name"}).words, (std::vector<std::string>{"-", "name"}));
}

TEST(Nx6OptionsDeathTest, ThatAreWrongAreRefusedWithStatus125) {
    for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                   {"run"},
                                                                   {"walk", "ls"},
                                                                   {"run", "--frob", "ls"},
                                                                   {"--vsock"},
                                                                   {"--wait", "x", "run", "ls"},
                                                                   {"--wait", "-1", "run", "ls"},
                                                                   {"put"},
                                                                   {"put", "a", "b", "c"},
                                                                   {"get", ""},
                                                                   {"put", "-n", "a"}})
        EXPECT_EXIT(parsed(words), ExitedWithCode(125), "^nx6: .*see nx6 --help");
}

TEST(Nx6Copy, NamesTheTargetAfterTheSource) {
    EXPECT_EQ(nx6::target_name("a/b.txt", "", false), "b.txt");
    EXPECT_EQ(nx6::target_name("b.txt", "c", false), "c");
    EXPECT_EQ(nx6::target_name("a/b.txt", "dir/", true), "dir/b.txt");
    EXPECT_EQ(nx6::target_name("/b.txt", "dir", true), "dir/b.txt");
}

// --- the way to the guest ---

class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "nx6-test-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path_); }
    std::string operator/(const std::string& name) const { return path_ / name; }
    std::string read(const std::string& name) const {
        std::ifstream in(path_ / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }
    usize files() const { return static_cast<usize>(std::distance(fs::directory_iterator(path_), {})); }

  private:
    fs::path path_;
};

// A daemon's end: reads the line, sends an answer, and closes.
class FakeDaemon {
  public:
    FakeDaemon(const std::string& path, std::string answer) : listener_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un a{};
        a.sun_family = AF_UNIX;
        path.copy(a.sun_path, sizeof a.sun_path - 1);
        EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
        EXPECT_EQ(listen(listener_.get(), 5), 0);
        thread_ = std::thread([this, answer = std::move(answer)] {
            const nx6::Fd fd(accept(listener_.get(), nullptr, nullptr));
            char c = 0;
            while (c != '\n' && read(fd.get(), &c, 1) == 1) heard_ += c;
            send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        });
    }
    ~FakeDaemon() { wait(); }
    std::string wait() {
        if (thread_.joinable()) thread_.join();
        return heard_;
    }

  private:
    nx6::Fd listener_;
    std::string heard_;
    std::thread thread_;
};

TEST(Nx6Connect, ShakesHandsAsFirecrackerDoes) {
    const Folder folder;
    FakeDaemon daemon(folder / "vsock", "OK 1073741824\nfirst bytes");
    const nx6::Fd fd = nx6::connect_to_guest(folder / "vsock", 1006, 0);
    EXPECT_EQ(daemon.wait(), "CONNECT 1006\n");
    char bytes[32];
    EXPECT_EQ(std::string(bytes, static_cast<usize>(read(fd.get(), bytes, sizeof bytes))), "first bytes");
}

TEST(Nx6Connect, WaitsForAGuestThatStarts) {
    const Folder folder;
    std::unique_ptr<FakeDaemon> daemon;
    std::thread later([&] {
        usleep(200'000);
        daemon = std::make_unique<FakeDaemon>(folder / "vsock", "OK 1\n");
    });
    EXPECT_TRUE(nx6::connect_to_guest(folder / "vsock", 1006, 10));
    later.join();
}

TEST(Nx6ConnectDeathTest, SaysWhyThereIsNoConnection) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const Folder folder;
    EXPECT_EXIT(nx6::connect_to_guest("/nowhere/vsock", 1006, 0), ExitedWithCode(125),
                "there is no guest at /nowhere/vsock: `make qemu");
    EXPECT_EXIT(nx6::connect_to_guest(std::string(200, 'x'), 1006, 0), ExitedWithCode(125),
                "at most 107 bytes");
    for (const char* answer : {"", "OK", "NO 17\n", "OK 1 and no end of the line, which is a long one\n"}) {
        EXPECT_EXIT(
            {
                FakeDaemon daemon(folder / "vsock", answer);
                nx6::connect_to_guest(folder / "vsock", 1006, 0);
            },
            ExitedWithCode(125), "does not answer on vsock port 1006")
            << answer;
        unlink((folder / "vsock").c_str());
    }
}

// --- both ends together ---

struct Result {
    nx6::Ended ended;
    std::string output, errors;
};

Result run_with(const std::string& line, const std::string& input) {
    const Folder folder;
    folder.write("input", input);
    const nx6::Fd in(open((folder / "input").c_str(), O_RDONLY)),
        out(creat((folder / "output").c_str(), 0600)), errors(creat((folder / "errors").c_str(), 0600));
    Session s;
    const nx6::Ended ended = nx6::run(s.fd(), line, {in.get(), out.get(), errors.get()});
    return {ended, folder.read("output"), folder.read("errors")};
}

TEST(Nx6Run, IsAsIfTheCommandRanHere) {
    const Result r = run_with("cat; echo problem >&2; exit 42", "words\n");
    EXPECT_EQ(r.output, "words\n");
    EXPECT_EQ(r.errors, "problem\n");
    EXPECT_EQ(r.ended.status, 42);
    EXPECT_EQ(r.ended.signal, 0);
    EXPECT_EQ(run_with("kill -15 $$", "").ended.signal, 15);
}

TEST(Nx6Run, MovesMegabytesThereAndBack) {
    std::string input;
    for (int i = 0; input.size() < 5'000'000; i++) input += std::to_string(i) + "\n";
    EXPECT_EQ(run_with("cat", input).output, input);
    EXPECT_EQ(run_with("cat >&2", input).errors, input);
    EXPECT_EQ(run_with("head -c 10", input).output, input.substr(0, 10)) << "the rest is not wanted";
    EXPECT_EQ(run_with("exit 3", input).ended.status, 3);
}

TEST(Nx6Run, HasNoInputIfThereIsNone) {
    Session s;
    EXPECT_EQ(nx6::run(s.fd(), "cat", {.input = -1}).status, 0);
}

// nx6 in a process of its own, with its output in a pipe.
class Process {
  public:
    explicit Process(const std::string& line) {
        int ends[2];
        EXPECT_EQ(pipe(ends), 0);
        pid_ = fork();
        if (pid_ == 0) {
            alarm(kDeadlineSeconds);
            close(ends[0]);
            Session s;
            const nx6::Ended e = nx6::run(s.fd(), line, {-1, ends[1], 2});
            _exit(e.interrupted && e.signal ? 100 + e.signal : e.status);
        }
        close(ends[1]);
        output_ = nx6::Fd(ends[0]);
    }
    pid_t pid() const { return pid_; }
    int number() const {  // the first line
        std::string text;
        for (char c = 0; c != '\n' && read(output_.get(), &c, 1) == 1;) text += c;
        return std::stoi(text);
    }
    int wait() const {
        int status = 0;
        waitpid(pid_, &status, 0);
        return status;
    }

  private:
    pid_t pid_;
    nx6::Fd output_;
};

TEST(Nx6Run, PassesCtrlCOnAndWaitsForTheEnd) {
    const Process p("echo $$; exec sleep 1000");
    const pid_t command = p.number();
    kill(p.pid(), SIGINT);
    const int status = p.wait();
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 100 + SIGINT);
    EXPECT_TRUE(ends(command));
}

TEST(Nx6Run, PassesCtrlCOnWhileItsOwnOutputIsStuck) {
    const Process p("echo $$; exec yes");
    const pid_t command = p.number();
    usleep(100'000);
    kill(p.pid(), SIGINT);
    EXPECT_TRUE(ends(command));
    kill(p.pid(), SIGINT);  // the second one ends nx6, whose output nobody reads
    EXPECT_EQ(WTERMSIG(p.wait()), SIGINT);
}

TEST(Nx6Run, TakesTheCommandWithItWhenItIsKilled) {
    const Process p("echo $$; exec sleep 1000");
    const pid_t command = p.number();
    kill(p.pid(), SIGKILL);
    p.wait();
    EXPECT_TRUE(ends(command));
}

TEST(Nx6RunDeathTest, SaysThatTheConnectionIsLost) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            int ends[2];
            EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
            shutdown(ends[1], SHUT_WR);
            nx6::run(ends[0], "true", {-1, 1, 2});
        },
        ExitedWithCode(125), "nx6: the connection to the guest was lost");
    EXPECT_EXIT(
        {
            int ends[2];
            EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
            EXPECT_EQ(write(ends[1], "nonsense", 8), 8);
            nx6::run(ends[0], "true", {-1, 1, 2});
        },
        ExitedWithCode(125), "nx6: what listens in the guest is not its agent");
}

TEST(Nx6Copy, PutsAndGetsAFile) {
    const Folder here, there;
    std::string text;
    for (int i = 0; text.size() < 3'000'000; i++) text += std::to_string(i);
    here.write("file", text);
    {
        Session s;
        nx6::put(s.fd(), here / "file", there / "copy");
    }
    EXPECT_EQ(there.read("copy"), text);
    {
        Session s;
        nx6::get(s.fd(), there / "copy", here / "back");
    }
    EXPECT_EQ(here.read("back"), text);
    EXPECT_EQ(here.files(), 2u);
    EXPECT_EQ(there.files(), 1u);
}

TEST(Nx6CopyDeathTest, SaysWhyAFileDoesNotArriveAndLeavesNothing) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const Folder folder;
    folder.write("big", std::string(20'000'000, 'b'));
    EXPECT_EXIT(
        {
            Session s;
            nx6::put(s.fd(), folder / "big", folder / "no/such");
        },
        ExitedWithCode(1), "nx6: cannot write .*no/such: No such file");
    EXPECT_EXIT(
        {
            Session s;
            nx6::put(s.fd(), folder / "none", folder / "new");
        },
        ExitedWithCode(1), "nx6: .*none: No such file");
    EXPECT_EXIT(
        {
            Session s;
            nx6::get(s.fd(), folder / "none", folder / "new");
        },
        ExitedWithCode(1), "nx6: cannot read .*none: No such file");
    EXPECT_EXIT(
        {
            int ends[2];
            EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
            Channel half;
            half.out.put(Kind::Data, bytes_of("half"));
            EXPECT_TRUE(half.out.flush(ends[1]));
            shutdown(ends[1], SHUT_WR);
            nx6::get(ends[0], "big", folder / "new");
        },
        ExitedWithCode(125), "nx6: the connection to the guest was lost");
    EXPECT_EQ(folder.files(), 1u);
}

}  // namespace
