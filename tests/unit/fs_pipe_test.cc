// Pipes: what they hold, which writes are atomic, and what memory they use.
#include "abi/poll.h"
#include "fs/pipe.h"
#include "fs_fixture.h"

namespace {

constexpr usize kCapacity = 65536, kAtomic = 4096, kPage = 4096;

struct Pipe {
    fs::PipeEnds ends = fs::pipe_create().value();
    Pipe() { ends.reader->nonblocking = ends.writer->nonblocking = true; }
    i64 write(const std::string& text) { return Mounted::write(*ends.writer, text); }
    std::string read(usize n) { return Mounted::read(*ends.reader, n); }
    bool writable() { return ends.writer->ops->poll(*ends.writer, nullptr) & POLLOUT; }
    bool readable() { return ends.reader->ops->poll(*ends.reader, nullptr) & POLLIN; }
};

TEST(Pipe, Holds64KiB) {
    Pipe p;
    EXPECT_EQ(p.write(pattern(kCapacity + 1)), static_cast<i64>(kCapacity));
    EXPECT_EQ(p.write("x"), failed(Errno::Again));
    EXPECT_EQ(p.read(kCapacity + 1), pattern(kCapacity + 1).substr(0, kCapacity));
    EXPECT_EQ(p.read(1), "");
}

TEST(Pipe, KeepsTheOrderOfBytesAcrossPages) {
    Pipe p;
    std::string in, out;
    for (u32 i = 1; i < 400; i++) {
        const std::string text = pattern(i * 37 % 5000 + 1, i);
        in += text;
        while (p.write(text) < 0) out += p.read(i * 101 % 9000 + 1);
        if (out.size() + kCapacity < in.size() + kAtomic) out += p.read(kCapacity);
    }
    out += p.read(kCapacity);
    EXPECT_EQ(in.size(), out.size());
    EXPECT_EQ(in, out);
}

TEST(Pipe, AWriteOfAtMostPipeBufIsCompleteOrFails) {
    Pipe p;
    EXPECT_EQ(p.write(pattern(kCapacity - kAtomic + 1)), static_cast<i64>(kCapacity - kAtomic + 1));
    EXPECT_FALSE(p.writable());
    EXPECT_EQ(p.write(pattern(kAtomic)), failed(Errno::Again));
    EXPECT_EQ(p.write(pattern(kAtomic + 1)), static_cast<i64>(kAtomic - 1)) << "a longer one need not be";
    EXPECT_EQ(p.read(kAtomic).size(), kAtomic);
    EXPECT_TRUE(p.writable());
    EXPECT_EQ(p.write(pattern(kAtomic)), static_cast<i64>(kAtomic));
}

TEST(Pipe, TakesPagesOnlyForBytes) {
    const long before = fake::pages_in_use();
    {
        Pipe p;
        const long made = fake::pages_in_use();
        p.write(pattern(kCapacity));
        EXPECT_GE(fake::pages_in_use(), made + static_cast<long>(kCapacity / kPage));
        p.read(kCapacity);
        EXPECT_LE(fake::pages_in_use(), made + 1);
    }
    {
        Pipe p;
        p.write(pattern(kCapacity));  // never read
    }
    EXPECT_EQ(fake::pages_in_use(), before);
}

TEST(Pipe, WritesWhatThereIsMemoryFor) {
    Pipe p;
    p.write("some");
    fake::set_page_limit(fake::pages_in_use());
    EXPECT_EQ(p.write(pattern(kAtomic)), failed(Errno::NoMem)) << "an atomic write is complete or fails";
    const i64 n = p.write(pattern(3 * kAtomic));
    EXPECT_GT(n, 3000);
    EXPECT_LT(n, static_cast<i64>(kAtomic));
    EXPECT_EQ(p.write("x"), failed(Errno::NoMem));
    fake::set_page_limit(1L << 30);
    EXPECT_EQ(p.read(kCapacity), "some" + pattern(3 * kAtomic).substr(0, static_cast<usize>(n)));
}

TEST(Pipe, ManyFullPipesLeaveMostOfTheMemory) {
    std::vector<Pipe> pipes(2000);
    i64 all = 0;
    const std::string text = pattern(kCapacity);
    for (Pipe& p : pipes) all += p.write(text);
    const auto bound = static_cast<i64>(mm::pages_total() * kPage / 8);
    EXPECT_GT(all, bound - static_cast<i64>(kCapacity));
    EXPECT_LT(all, bound + static_cast<i64>(pipes.size() * kAtomic + kCapacity));
    pipes[0].read(kCapacity);
    EXPECT_EQ(pipes[0].write(pattern(kAtomic)), static_cast<i64>(kAtomic)) << "an empty pipe takes PIPE_BUF";
}

}  // namespace
