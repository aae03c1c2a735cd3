// The machine stops at hundreds of moments of a write-heavy run. Afterwards every completed operation is
// there, each operation in progress is complete or has no effect, and fsck finds no errors.
#include <map>
#include <random>
#include <thread>

#include "fs_fixture.h"

namespace {

// Maps each path to the file's contents; for a directory, kIsDirectory.
using Tree = std::map<std::string, std::string>;
const std::string kIsDirectory = "/";

void look_into(Mounted& m, const std::string& dir, Tree& found) {
    const auto f = m.open(dir.empty() ? "/" : dir, kRead).value();
    for (std::string bytes; !(bytes = Mounted::read(*f, sizeof(dirent))).empty();) {
        dirent e;
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&e));
        const std::string name(e.name, ::strnlen(e.name, DIRSIZ));
        if (!e.inum || name == "." || name == "..") continue;
        const std::string path = dir + (dir.empty() ? "" : "/") + name;
        const bool is_dir = m.fs->namei(*m.root, path.c_str()).value()->is_dir();
        found[path] = is_dir ? kIsDirectory : m.cat(path);
        if (is_dir) look_into(m, path, found);
    }
}

Tree look(Mounted& m) {
    Tree found;
    look_into(m, "", found);
    return found;
}

// A sequence of random operations, and the expected tree after each. Every operation is atomic: no write is
// longer than a transaction.
class Workload {
  public:
    struct Step {
        usize moment;  // number of disk events when the operation returned
        Tree tree;
        std::string what;
    };

    Workload(Mounted& m, u32 seed) : m_(m), random_(seed) {
        m.disk->recording = true;
        steps_.push_back({0, {}, "nothing"});
    }

    void run(int operations) {
        for (int i = 0; i < operations; i++) one();
    }
    const std::vector<Step>& steps() const { return steps_; }

  private:
    u32 pick(u32 n) { return static_cast<u32>(random_() % n); }

    // A random path of a directory or a file; empty if there is none.
    std::string any(bool dir) {
        std::vector<std::string> paths;
        for (const auto& [path, content] : tree_) {
            if ((content == kIsDirectory) == dir) paths.push_back(path);
        }
        return paths.empty() ? "" : paths[pick(static_cast<u32>(paths.size()))];
    }
    std::string fresh() {
        const std::string dir = pick(2) ? any(true) : "", name = "n" + std::to_string(next_++);
        return dir.empty() ? name : dir + "/" + name;
    }

    void one() {
        steps_.push_back({0, {}, change()});
        steps_.back().moment = m_.disk->moment();
        steps_.back().tree = tree_;
    }

    // Does a random operation; returns its description.
    std::string change() {
        const std::string file = any(false), dir = any(true);
        const u32 kind = pick(16);
        if (kind < 2 || file.empty()) return create(fresh());
        if (kind < 6) return write(file, pattern(1 + pick(20'000), next_));
        if (kind == 6) return truncate(file);
        if (kind == 7 || dir.empty()) return make_dir(fresh());
        if (kind == 8) return link(file, fresh());
        if (kind == 12) return append(file, pattern(1 + pick(9'000), next_));
        if (kind == 13) return resize(file, pick(30'000));
        if (kind == 14) return rename(file, pick(2) ? any(false) : fresh());
        if (kind == 15) return rename(dir, fresh());
        return kind == 9 ? remove_dir(dir) : unlink(file);
    }

    std::string create(const std::string& path) {
        EXPECT_TRUE(m_.open(path, kWrite | kCreate).ok());
        tree_[path];
        return "create " + path;
    }
    std::string make_dir(const std::string& path) {
        EXPECT_EQ(m_.mkdir(path), Errno::None);
        tree_[path] = kIsDirectory;
        return "mkdir " + path;
    }
    // Writes at the file's start, so that many writes overwrite. Skips files with two names, because the
    // model has no inodes.
    std::string write(const std::string& path, const std::string& text) {
        if (linked_.contains(path)) return "nothing";
        const auto f = m_.open(path, kWrite).value();
        EXPECT_EQ(Mounted::write(*f, text), static_cast<i64>(text.size()));
        tree_[path].replace(0, text.size(), text);
        return "write " + std::to_string(text.size()) + " bytes to " + path;
    }
    std::string truncate(const std::string& path) {
        if (linked_.contains(path)) return "nothing";
        EXPECT_TRUE(m_.open(path, kWrite | kTruncate).ok());
        tree_[path].clear();
        return "truncate " + path;
    }
    std::string append(const std::string& path, const std::string& text) {
        if (linked_.contains(path)) return "nothing";
        const auto f = m_.open(path, kWrite | kAppend).value();
        EXPECT_EQ(Mounted::write(*f, text), static_cast<i64>(text.size()));
        tree_[path] += text;
        return "append " + std::to_string(text.size()) + " bytes to " + path;
    }
    // Only where the freed blocks fit in one transaction.
    std::string resize(const std::string& path, usize size) {
        if (linked_.contains(path)) return "nothing";
        EXPECT_EQ(m_.truncate(path, size), Errno::None);
        tree_[path].resize(size);
        return "truncate " + path + " to " + std::to_string(size);
    }
    // Moves what is in a directory with it.
    std::string rename(const std::string& from, const std::string& to) {
        if (from == to || to.starts_with(from + "/") || linked_.contains(from) || linked_.contains(to))
            return "nothing";
        EXPECT_EQ(m_.rename(from, to), Errno::None) << from << " to " << to;
        Tree moved;
        for (const auto& [path, content] : tree_) {
            const bool inside = path == from || path.starts_with(from + "/");
            if (path != to) moved[inside ? to + path.substr(from.size()) : path] = content;
        }
        tree_ = moved;
        return "rename " + from + " to " + to;
    }
    std::string link(const std::string& from, const std::string& to) {
        EXPECT_EQ(m_.link(from, to), Errno::None);
        tree_[to] = tree_[from];
        linked_.insert({from, to});
        return "link " + from + " as " + to;
    }
    std::string unlink(const std::string& path) {
        EXPECT_EQ(m_.unlink(path), Errno::None);
        tree_.erase(path);
        return "unlink " + path;
    }
    std::string remove_dir(const std::string& dir) {
        const auto next = tree_.upper_bound(dir + "/");
        const bool empty = next == tree_.end() || !next->first.starts_with(dir + "/");
        EXPECT_EQ(m_.unlink(dir), empty ? Errno::None : Errno::NotEmpty);
        if (empty) tree_.erase(dir);
        return "rmdir " + dir;
    }

    Mounted& m_;
    std::mt19937 random_;
    Tree tree_;
    std::set<std::string> linked_;
    std::vector<Step> steps_;
    u32 next_ = 0;
};

constexpr u32 kSector = 512;
using Event = fake::MemoryDisk::Event;

// A disk writes one sector atomically.
void put_sector(std::vector<u8>& image, const Event& e, u32 sector) {
    if (e.is_flush()) return;
    const auto from = e.data.begin() + sector * kSector;
    std::copy(from, from + kSector, image.begin() + static_cast<long>(e.block) * BSIZE + sector * kSector);
}

void put(std::vector<u8>& image, const Event& e) {
    for (u32 s = 0; s < BSIZE / kSector; s++) put_sector(image, e, s);
}

// The disk's contents after `stop` events.
std::vector<u8> killed(std::vector<u8> image, const std::vector<Event>& events, usize stop) {
    for (usize i = 0; i < stop; i++) put(image, events[i]);
    return image;
}

// The same, with random sectors lost of those written since the last flush.
std::vector<u8> powerless(std::vector<u8> image, const std::vector<Event>& events, usize stop,
                          std::mt19937& random) {
    usize durable = stop;
    while (durable > 0 && !events[durable - 1].is_flush()) durable--;
    image = killed(std::move(image), events, durable);
    const u32 share = static_cast<u32>(random() % 5);  // the share of lost sectors varies
    for (usize i = durable; i < stop; i++) {
        for (u32 s = 0; s < BSIZE / kSector; s++) {
            if (random() % 4 < share) put_sector(image, events[i], s);
        }
    }
    return image;
}

void expect_nothing_lost(std::vector<u8> image, const Workload& work, usize stop) {
    const auto& steps = work.steps();
    usize done = 0;
    while (done + 1 < steps.size() && steps[done + 1].moment <= stop) done++;
    EXPECT_EQ(check_image(image).complaints, std::vector<std::string>{}) << "before the mount";
    Mounted after(std::move(image));
    ASSERT_TRUE(after.mounted.ok());
    EXPECT_SOUND(after);
    const Tree found = look(after);
    if (found == steps[done].tree) return;
    ASSERT_LT(done + 1, steps.size()) << "differs from the state after all operations";
    EXPECT_TRUE(found == steps[done + 1].tree)
        << "neither the state after '" << steps[done].what << "' nor after '" << steps[done + 1].what << "'";
}

constexpr usize kMoments = 250;

// `stop_at` makes the image after a stop. The stops are spread evenly over the run, including its end.
template <class StopAt>
void stop_often(u32 seed, StopAt stop_at) {
    const std::vector<u8> before = empty_image(1024, 128);
    Mounted m(before);
    Workload work(m, seed);
    work.run(150);
    const std::vector<Event>& events = m.disk->events;
    ASSERT_GT(events.size(), 4 * kMoments);
    for (usize i = 0; i <= kMoments; i++) {
        const usize stop = events.size() * i / kMoments;
        expect_nothing_lost(stop_at(before, events, stop), work, stop);
        if (::testing::Test::HasFailure()) FAIL() << "after " << stop << " of " << events.size() << " events";
    }
}

TEST(Kill, At250MomentsOfAWriteHeavyRunNothingIsLost) { stop_often(1, killed); }

TEST(Kill, At250PowerFailuresWithTornBlocksNothingIsLost) {
    std::mt19937 random(7);
    stop_often(2, [&](std::vector<u8> image, const std::vector<Event>& events, usize stop) {
        return powerless(std::move(image), events, stop, random);
    });
}

// Operations of several threads share commits. None may return before its commit is on the disk: the machine
// stops right after one has returned.
TEST(Kill, WhatOneOfManyThreadsWasToldIsDoneStaysDone) {
    struct Done {
        usize moment;
        std::string path, content;
    };
    const std::vector<u8> before = empty_image(1024, 200);
    Mounted m(before);
    m.disk->recording = true;
    m.disk->flush_takes = std::chrono::microseconds(300);
    std::vector<Done> done[4];
    const auto work = [&](u32 id) {
        for (u32 n = 0; n < 12; n++) {
            const std::string path = "t" + std::to_string(id) + "-" + std::to_string(n);
            const std::string content = pattern(100 + 900 * (n % 5), id * 100 + n);
            m.save(path, content);
            done[id].push_back({m.disk->moment(), path, content});
        }
    };
    {
        std::vector<std::jthread> threads;
        for (u32 id = 0; id < 4; id++) threads.emplace_back(work, id);
    }
    for (const auto& list : done) {
        for (const Done& d : list) {
            Mounted after(killed(before, m.disk->events, d.moment));
            ASSERT_TRUE(after.mounted.ok());
            EXPECT_SOUND(after);
            ASSERT_EQ(after.cat(d.path), d.content) << d.path << ", stopped after " << d.moment;
        }
    }
}

TEST(Kill, AnOperationEndsWithTheCommitOfItsGroup) {
    Mounted m;
    m.disk->recording = true;
    fs::Transaction first = m.fs->log().begin().value(), second = m.fs->log().begin().value();
    {
        fs::BlockRef b = m.fs->meta_block(m.fs->inode_block(40)).value();
        first.write(b);
    }
    usize moment = 0;
    std::jthread other([&] {
        EXPECT_TRUE(first.end().ok());
        moment = m.disk->moment();
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(m.disk->moment(), 0u);
    EXPECT_TRUE(second.end().ok());
    other.join();
    EXPECT_EQ(moment, 5u) << "two flushes; the header, the block in the log, and the block itself";
}

// A write of many blocks may be interrupted; the file then has the first part of it.
TEST(Kill, ALongWriteLeavesItsBeginning) {
    const std::vector<u8> before = empty_image(2048);
    const std::string text = pattern(600'000);
    Mounted m(before);
    m.disk->recording = true;
    m.save("f", text);
    usize longest = 0;
    for (usize stop = 0; stop <= m.disk->events.size(); stop += 23) {
        Mounted after(killed(before, m.disk->events, stop));
        EXPECT_SOUND(after);
        if (after.error_of_open("f", kRead) != Errno::None) continue;
        const std::string found = after.cat("f");
        EXPECT_GE(found.size(), longest);
        ASSERT_EQ(found, text.substr(0, found.size()));
        longest = found.size();
    }
    EXPECT_GT(longest, text.size() / 2);
}

}  // namespace
