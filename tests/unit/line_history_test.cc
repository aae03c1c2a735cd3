// The history of a line editor, and its file.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "line/history_file.h"

using line::Buffer;
using line::History;
using line::HistoryFile;
using line::Text;

namespace {

Text text_of(const std::string& s) { return {s.data(), s.size()}; }
std::string at(const History& h, int i) { return {h.at(i).start, h.at(i).size}; }

class LineHistory : public testing::Test {
  protected:
    LineHistory() {
        EXPECT_NE(mkdtemp(folder_), nullptr);
        path = std::string(folder_) + "/lines";
    }
    ~LineHistory() override {
        unlink(path.c_str());
        rmdir(folder_);
    }
    void write(const std::string& content) { std::ofstream(path) << content; }
    std::string content() {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    std::string path;
    History history;

  private:
    char folder_[32] = "/tmp/line_history_XXXXXX";
};

TEST_F(LineHistory, KeepsNoLineThatIsEmptyOrTheLastOrBeginsWithABlank) {
    EXPECT_TRUE(history.add(text_of("one")));
    EXPECT_FALSE(history.add(text_of("one")));
    EXPECT_FALSE(history.add(text_of("")));
    EXPECT_FALSE(history.add(text_of(" secret")));
    EXPECT_FALSE(history.add(text_of("\tsecret")));
    EXPECT_TRUE(history.add(text_of("two")));
    EXPECT_TRUE(history.add(text_of("one")));
    EXPECT_EQ(history.size(), 3);
}

TEST_F(LineHistory, ForgetsTheOldest) {
    for (int i = 0; i < 1000; i++) history.add(text_of(std::to_string(i)));
    EXPECT_EQ(history.size(), History::kMost);
    EXPECT_EQ(at(history, 0), "500");
    EXPECT_EQ(at(history, History::kMost - 1), "999");
}

TEST_F(LineHistory, FindsTheNewestLineAndTheLastPlaceInIt) {
    usize position = 0;
    for (const char* line : {"aXbX", "aX", "b"}) history.add(text_of(line));
    EXPECT_EQ(history.find(text_of("X"), 2, &position), 1);
    EXPECT_EQ(history.find(text_of("X"), 0, &position), 0);
    EXPECT_EQ(position, 3u);
    EXPECT_EQ(history.find(text_of("XX"), 2, &position), -1);
    EXPECT_EQ(history.find(text_of("longer than all"), 2, &position), -1);
}

TEST_F(LineHistory, IsInTheFile) {
    HistoryFile file(path.c_str());
    file.load(history);
    EXPECT_EQ(history.size(), 0);
    file.append(text_of("one"));
    file.append(text_of(std::string(Buffer::kMost, 'x')));
    file.append(text_of("\303\244"));
    HistoryFile(path.c_str()).load(history);
    ASSERT_EQ(history.size(), 3);
    EXPECT_EQ(at(history, 1), std::string(Buffer::kMost, 'x'));
    EXPECT_EQ(at(history, 2), "\303\244");
}

TEST_F(LineHistory, ALineOfTheFileThatIsTooLongIsSkipped) {
    write("one\n" + std::string(Buffer::kMost + 1, 'x') + "\n" + std::string(20000, 'y') +
          "\ntwo\nnot complete");
    HistoryFile(path.c_str()).load(history);
    ASSERT_EQ(history.size(), 2);
    EXPECT_EQ(at(history, 1), "two");
}

TEST_F(LineHistory, TheFileIsShortenedToTheNewestLines) {
    HistoryFile file(path.c_str());
    std::string all, newest;
    for (int i = 0; i < 2 * History::kMost - 1; i++) all += std::to_string(i) + "\n";
    write(all);
    file.load(history);
    file.append(text_of("last"));
    for (int i = History::kMost; i < 2 * History::kMost - 1; i++) newest += std::to_string(i) + "\n";
    EXPECT_EQ(content(), newest + "last\n");
    EXPECT_NE(access((path + "~").c_str(), F_OK), 0);
}

TEST_F(LineHistory, AFileThatCannotBeWrittenIsNoError) {
    HistoryFile file("/nonexistent/lines");
    file.load(history);
    file.append(text_of("one"));
    EXPECT_EQ(history.size(), 0);
}

}  // namespace
