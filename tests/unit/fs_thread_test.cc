// Several threads at once: pipes, and a file system under load.
#include <thread>

#include "fs/pipe.h"
#include "fs_fixture.h"

namespace {

TEST(Pipe, CarriesMoreThanItHolds) {
    const long pages = fake::pages_in_use();
    const std::string text = pattern(300'000);
    {
        fs::PipeEnds ends = fs::pipe_create().value();
        std::thread writer([&, end = std::move(ends.writer)]() mutable {
            EXPECT_EQ(Mounted::write(*end, text), 300'000);
            end = {};
        });
        std::string got;
        for (std::string part; !(part = Mounted::read(*ends.reader, 5000)).empty();) got += part;
        writer.join();
        EXPECT_EQ(got, text);
    }
    EXPECT_EQ(fake::pages_in_use(), pages);
}

TEST(Pipe, TellsWhoStaysAlone) {
    fs::PipeEnds ends = fs::pipe_create().value();
    EXPECT_EQ(Mounted::write(*ends.writer, "last words"), 10);
    Ref<fs::File> reader = ends.reader;
    ends = {};
    EXPECT_EQ(Mounted::read(*reader, 100), "last words");
    EXPECT_EQ(Mounted::read(*reader, 100), "");

    ends = fs::pipe_create().value();
    ends.reader = {};
    EXPECT_EQ(Mounted::write(*ends.writer, "x"), failed(Errno::Pipe));
}

TEST(Pipe, AWriterWhoWaitsHearsOfTheReadersEnd) {
    fs::PipeEnds ends = fs::pipe_create().value();
    std::thread writer([&] { EXPECT_GT(Mounted::write(*ends.writer, pattern(100'000)), 0); });
    EXPECT_EQ(Mounted::read(*ends.reader, 100).size(), 100u);
    ends.reader = {};
    writer.join();
    EXPECT_EQ(Mounted::write(*ends.writer, "x"), failed(Errno::Pipe));
}

TEST(Pipe, LosesNothingToABadAddress) {
    fs::PipeEnds ends = fs::pipe_create().value();
    EXPECT_EQ(ends.writer->ops->write(*ends.writer, {fake::kBadAddress}, 10).error(), Errno::Fault);
    Mounted::write(*ends.writer, "text");
    EXPECT_EQ(ends.reader->ops->read(*ends.reader, {fake::kBadAddress}, 10).error(), Errno::Fault);
    EXPECT_EQ(Mounted::read(*ends.reader, 10), "text");
    EXPECT_EQ(ends.reader->ops->read(*ends.reader, {fake::kBadAddress}, 0).value(), 0);
}

TEST(Pipe, SharesBytesAmongReadersAndWriters) {
    fs::PipeEnds ends = fs::pipe_create().value();
    std::atomic<usize> read{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; i++) {
            threads.emplace_back([w = ends.writer] {
                for (int n = 0; n < 100; n++) EXPECT_EQ(Mounted::write(*w, pattern(701)), 701);
            });
            threads.emplace_back([&, r = ends.reader] {
                for (usize n; (n = Mounted::read(*r, 999).size());) read += n;
            });
        }
        ends = {};
    }
    EXPECT_EQ(read, 3u * 100 * 701);
}

TEST(Threads, WorkInOneDirectory) {
    Mounted m(empty_image(4096, 200));
    const u32 free = m.free_blocks();
    const auto work = [&](int id) {
        for (int round = 0; round < 20; round++) {
            const std::string mine = "f" + std::to_string(id),
                              text = pattern(1000u * static_cast<u32>(id + round % 7));
            m.save(mine, text);
            EXPECT_EQ(m.cat(mine), text);
            m.link(mine, "shared");
            m.mkdir("d");
            m.save("d/" + mine, "x");
            m.unlink("shared");
            m.unlink("d/" + mine);
            m.unlink("d");
            m.unlink(mine);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int id = 1; id <= 6; id++) threads.emplace_back(work, id);
    }
    m.unlink("d");
    EXPECT_SOUND(m);
    EXPECT_EQ(m.check().inodes, 1u);
    EXPECT_GE(m.free_blocks() + 1, free);  // the root directory may have grown
}

TEST(Threads, AppendToOneFile) {
    Mounted m(empty_image(4096));
    auto f = m.open("f", kWrite | kCreate).value();
    {
        std::vector<std::jthread> threads;
        for (int id = 0; id < 4; id++) {
            threads.emplace_back([&] {
                for (int n = 0; n < 50; n++) EXPECT_EQ(Mounted::write(*f, pattern(777)), 777);
            });
        }
    }
    const std::string got = m.cat("f");
    ASSERT_EQ(got.size(), 4u * 50 * 777);
    for (usize i = 0; i < got.size(); i += 777) ASSERT_EQ(got.substr(i, 777), pattern(777)) << i;
    EXPECT_SOUND(m);
}

}  // namespace
