// The agent's Put and Get: a file arrives whole or not at all.
#include "agent_kit.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace agent_kit;
namespace fs = std::filesystem;

class AgentFiles : public testing::Test {
  protected:
    AgentFiles() {
        std::string name = (fs::temp_directory_path() / "nx6-agent-XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~AgentFiles() override { fs::remove_all(folder_); }
    std::string path(const std::string& name) const { return folder_ / name; }
    std::string content(const std::string& name) const {
        std::ifstream in(folder_ / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }
    usize files() const { return static_cast<usize>(std::distance(fs::directory_iterator(folder_), {})); }

    fs::path folder_;
};

TEST_F(AgentFiles, PutMakesAFileOfAllData) {
    Session s(Kind::Put, path("new"));
    std::string all;
    for (char c = 'a'; c <= 'z'; c++) {
        s.send(Kind::Data, std::string(agent::kMaxPayload, c));
        all += std::string(agent::kMaxPayload, c);
    }
    EXPECT_FALSE(fs::exists(path("new"))) << "not before its end";
    s.send(Kind::End);
    ASSERT_EQ(s.receive(), Got::Frame);
    EXPECT_EQ(s.kind(), Kind::End);
    EXPECT_EQ(content("new"), all);
    EXPECT_EQ(files(), 1u);
}

TEST_F(AgentFiles, PutReplacesAFileOnlyAtTheEnd) {
    write("old", "old text");
    Session s(Kind::Put, path("old"));
    s.send(Kind::Data, "new");
    EXPECT_EQ(content("old"), "old text");
    s.send(Kind::End);
    ASSERT_EQ(s.receive(), Got::Frame);
    EXPECT_EQ(content("old"), "new");
}

TEST_F(AgentFiles, PutLeavesNothingWhenItIsCutOff) {
    write("old", "old text");
    for (const char* name : {"old", "new"}) {
        Session s(Kind::Put, path(name));
        s.send(Kind::Data, "half a ");
        s.disconnect();
        EXPECT_EQ(s.wait(), 0);
    }
    EXPECT_EQ(content("old"), "old text");
    EXPECT_EQ(files(), 1u);
}

TEST_F(AgentFiles, PutSaysWhyThereIsNoFile) {
    fs::create_directory(folder_ / "sub");
    for (const auto& [name, reason] : {std::pair{path("no/file"), "No such file or directory"},
                                       std::pair{path("sub"), "exists and is not a file"},
                                       std::pair{std::string("/dev/null"), "exists and is not a file"}}) {
        Session s(Kind::Put, name);
        const auto o = s.finish();
        EXPECT_NE(o.error.find(name), std::string::npos) << o.error;
        EXPECT_NE(o.error.find(reason), std::string::npos) << o.error;
    }
}

TEST_F(AgentFiles, PutEndsWhenSomethingElseThanDataComes) {
    Session s(Kind::Put, path("new"));
    s.send(Kind::Input, "x");
    EXPECT_EQ(s.finish().last, Got::Lost);
    EXPECT_EQ(files(), 0u);
}

TEST_F(AgentFiles, GetSendsAllOfAFile) {
    for (const usize size : {0ul, 1ul, agent::kMaxPayload, agent::kMaxPayload + 1, 1'000'000ul}) {
        write("file", std::string(size, 'g'));
        Session s(Kind::Get, path("file"));
        const auto o = s.finish();
        EXPECT_EQ(o.output, std::string(size, 'g'));
        EXPECT_EQ(s.kind(), Kind::End);
    }
}

TEST_F(AgentFiles, GetSaysWhyThereIsNothing) {
    EXPECT_EQ(Session(Kind::Get, path("none")).finish().error,
              "cannot read " + path("none") + ": No such file or directory");
    EXPECT_EQ(Session(Kind::Get, folder_).finish().error, folder_.string() + " is not a file");
}

TEST_F(AgentFiles, GetEndsWhenNobodyReads) {
    write("file", std::string(5'000'000, 'g'));
    Session s(Kind::Get, path("file"));
    ASSERT_EQ(s.receive(), Got::Frame);
    s.disconnect();
    EXPECT_EQ(s.wait(), 0);
}

}  // namespace
