// vsockd with many connections, without descriptors, and with ends that vanish between any two steps.
#include <sys/resource.h>

#include <random>
#include <set>

#include "fake/vsockd/machine.h"

namespace {

using namespace fake;

usize open_files() {
    const auto files = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<usize>(std::distance(begin(files), end(files))) - 1;  // the iterator's own
}

// The limit of open files, until the end of the scope.
class FileLimit {
  public:
    explicit FileLimit(rlim_t files) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit now = before_;
        now.rlim_cur = std::min(files, before_.rlim_max);
        files_ = now.rlim_cur;
        setrlimit(RLIMIT_NOFILE, &now);
    }
    ~FileLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
    usize files() const { return files_; }

  private:
    rlimit before_{};
    rlim_t files_;
};

void drain(Machine& m) {
    while (m.receive()) {
    }
}

TEST(VsockdMany, ThousandsOfConnectionsAtOnceAllWork) {
    const FileLimit limit(20'000);
    const u32 count = static_cast<u32>(std::min<usize>(5000, (limit.files() - open_files() - 100) / 2));
    const usize before = open_files();
    {
        Machine m({.connections = count});
        std::vector<Machine::Pair> all;
        for (u32 i = 0; i < count; i++) all.push_back(m.connected(i));
        EXPECT_TRUE(m.connect("CONNECT 52\n").is_at_end()) << "one too many";
        for (u32 i = 0; i < count; i += 7) {
            m.send(VsockOp::Data, all[i].host_port, all[i].guest_port, std::to_string(i));
            ASSERT_EQ(all[i].program.receive(), std::to_string(i));
            all[i].program.send(std::to_string(i));
            m.run();
            ASSERT_EQ(m.expect(VsockOp::Data).data, std::to_string(i));
        }
        for (auto& c : all) m.send(VsockOp::Reset, c.host_port, c.guest_port);
        for (auto& c : all) ASSERT_TRUE(c.program.is_at_end());
        EXPECT_TRUE(m.daemon->idle());
        drain(m);
        m.connected(52);
    }
    EXPECT_EQ(open_files(), before);
}

TEST(VsockdMany, WithoutDescriptorsProgramsWaitUntilThereAreSome) {
    Machine m;
    m.listen(80);
    std::vector<Program> programs;
    u32 accepted = 0;
    for (int i = 0; i < 40; i++) {
        programs.emplace_back(vsockd::connect_to(m.path));
        programs.back().send("CONNECT 52\n");
    }
    {
        const FileLimit limit(open_files() + 10);
        m.run();
        m.pass(milliseconds(300));
        while (auto p = m.receive()) accepted += p->op() == VsockOp::Request;
        EXPECT_LE(accepted, 12u);
        EXPECT_GE(accepted, 5u);
        m.send(VsockOp::Request, 80, 1025);
        EXPECT_EQ(m.expect(VsockOp::Reset).header.dst_port, 1025u) << "a guest's REQUEST is refused";
    }
    m.pass(milliseconds(200));
    m.run();
    while (auto p = m.receive()) accepted += p->op() == VsockOp::Request;
    EXPECT_EQ(accepted, 40u);
    programs.clear();
    m.pass(seconds(3));
    drain(m);
    m.connected(77);
}

// --- ends that vanish

// Programs and guest take random steps, and any of them may vanish after each.
class Vanishing {
  public:
    explicit Vanishing(u64 seed) : random_(seed) { m_.listen(80); }
    void act() {
        switch (pick(10)) {
            case 0: return begin("CONNECT 52\n");
            case 1: return begin(std::string("CONNECT 52\n").substr(0, pick(11)));
            case 2: return begin("CONNECT 52\nsome data");
            case 3: return m_.send(VsockOp::Request, 80 + pick(2), 1024 + pick(50));
            case 4: return accept();
            case 5: return send_from_program();
            case 6: return vanish();
            case 7: return m_.pass(milliseconds(pick(3) ? pick(50) : 2100));
            case 8: return answer();
            default: return guest_sends();
        }
    }
    // All vanish, and all timers run out. The guest has not read all, so it ends its connections too.
    void end() {
        programs_.clear();
        m_.listen(80);  // those that wait there, too
        while (hear()) {
        }
        for (const auto& [host, guest] : known_) m_.send(VsockOp::Reset, host, guest);
        for (int i = 0; i < 3; i++) m_.pass(seconds(31)), drain(m_);
        EXPECT_TRUE(m_.daemon->idle());
    }
    void expect_alive() { m_.connected(77); }

  private:
    u32 pick(usize n) { return static_cast<u32>(random_() % n); }
    void begin(const std::string& line) {
        if (programs_.size() < 50) programs_.push_back(m_.connect(line));
    }
    void accept() {
        if (Program p = m_.accept()) programs_.push_back(std::move(p));
    }
    void send_from_program() {
        if (programs_.empty()) return;
        Program& p = programs_[pick(programs_.size())];
        if (pick(4) == 0) p.shut(static_cast<int>(pick(3)));
        p.send(std::string(pick(100'000), 'x'));
        if (pick(2)) p.receive();
        m_.run();
    }
    void vanish() {
        if (programs_.empty()) return;
        const usize i = pick(programs_.size());
        programs_[i] = std::move(programs_.back());
        programs_.pop_back();
        m_.run();
    }
    // The guest takes a packet.
    std::optional<Packet> hear() {
        const auto p = m_.receive();
        if (p) known_.insert({p->header.src_port, p->header.dst_port});
        return p;
    }
    void answer() {
        const auto p = hear();
        if (p && p->op() == VsockOp::Request && pick(3))
            m_.send(pick(4) ? VsockOp::Response : VsockOp::Reset, p->header.src_port, p->header.dst_port);
    }
    void guest_sends() {
        if (known_.empty()) return;
        const auto [host, guest] = *std::next(known_.begin(), pick(known_.size()));
        constexpr VsockOp kOps[] = {VsockOp::Data, VsockOp::Data, VsockOp::Shutdown, VsockOp::Reset,
                                    VsockOp::CreditUpdate};
        const VsockOp op = kOps[pick(5)];
        const u32 length = op == VsockOp::Data ? 1 + pick(20'000) : 0;
        m_.send(op, host, guest, std::string(length, 'y'), op == VsockOp::Shutdown ? pick(4) : 0);
    }

    std::mt19937_64 random_;
    Machine m_;
    std::vector<Program> programs_;
    std::set<std::pair<u32, u32>> known_;  // host port, guest port
};

TEST(VsockdMany, NoDescriptorIsLostWhenAnyoneVanishesBetweenAnyTwoSteps) {
    for (u64 seed = 0; seed < 30; seed++) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const usize before = open_files();
        {
            Vanishing v(seed);
            const usize of_machine = open_files();
            for (int i = 0; i < 300; i++) v.act();
            v.end();
            EXPECT_EQ(open_files(), of_machine);
            v.expect_alive();
        }
        EXPECT_EQ(open_files(), before);
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
