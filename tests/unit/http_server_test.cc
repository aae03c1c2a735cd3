// The HTTP server of `make server`: its requests, its folder, and what a hostile client cannot do.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

#include <fcntl.h>

#include "tools/server/http_connection.h"
#include "tools/server/http_files.h"
#include "tools/server/http_request.h"

namespace {

using server::find_file;
using server::HttpConnection;
using server::HttpRequest;
using server::parse_request;
using tools::Fd;
namespace fs = std::filesystem;
using Path = std::vector<std::string>;

HttpRequest get(const std::string& target) {
    return parse_request("GET " + target + " HTTP/1.1\r\nHost: nx6\r\n\r\n");
}

TEST(HttpServerRequest, HasAPathOfDecodedParts) {
    EXPECT_EQ(get("/").path, Path{});
    EXPECT_EQ(get("/a//b%20c?x=/../y").path, (Path{"a", "b c"}));
    EXPECT_EQ(get("http://10.0.2.2:8000/a").path, Path{"a"});
    for (const char* target : {"/", "/a", "http://10.0.2.2"}) EXPECT_EQ(get(target).status, 200) << target;
    EXPECT_TRUE(parse_request("HEAD /a HTTP/1.0\n\n").head);
    EXPECT_EQ(parse_request("HEAD /a HTTP/1.0\n\n").status, 200);
}

TEST(HttpServerRequest, OfAHiddenNameOrAnotherFolderIsForbidden) {
    for (const char* target :
         {"/..", "/../secret", "/a/../../b", "/%2e%2e/b", "/..%2fb", "/a/%2e./b", "/./a", "/.git/config"})
        EXPECT_EQ(get(target).status, 403) << target;
}

TEST(HttpServerRequest, ThatIsMalformedIsRefused) {
    using namespace std::string_literals;
    for (const std::string& head :
         {"\r\n\r\n"s, "GET\r\n\r\n"s, "GET /\r\n\r\n"s, "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n"s,
          "GET / HTTP/1.1\r\n\r\n"s, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost : a\r\n\r\n"s, "GET / HTTP/1.1\r\nHost\r\n\r\n"s,
          "G T / HTTP/1.1\r\nHost: a\r\n\r\n"s, "GET a HTTP/1.0\r\n\r\n"s, "GET /%00 HTTP/1.0\r\n\r\n"s,
          "GET /%4 HTTP/1.0\r\n\r\n"s, "GET /%zz HTTP/1.0\r\n\r\n"s, "GET  / HTTP/1.0\r\n\r\n"s})
        EXPECT_EQ(parse_request(head).status, 400) << head;
    EXPECT_EQ(parse_request("POST / HTTP/1.0\r\n\r\n").status, 405);
    EXPECT_EQ(parse_request("GET / HTTP/2.0\r\n\r\n").status, 505);
}

TEST(HttpServerRequest, EndsAtItsEmptyLine) {
    EXPECT_EQ(server::end_of_head("GET / HTTP/1.0\r\n"), std::string::npos);
    EXPECT_EQ(server::end_of_head("GET / HTTP/1.0\r\n\r\nrest"), 18u);
    EXPECT_EQ(server::end_of_head("GET / HTTP/1.0\n\nrest"), 16u);
}

// A folder "www" with files, links that lead out of it, and a secret beside it.
class HttpServerFiles : public testing::Test {
  protected:
    HttpServerFiles() {
        std::string name = (fs::temp_directory_path() / "nx6-www-XXXXXX").string();
        top_ = mkdtemp(name.data());
        fs::create_directories(top_ / "www/sub");
        write("secret", "secret");
        write("www/hello.md", "hello\n");
        write("www/sub/page.html", std::string(200'000, 'x'));
        write("www/.hidden", "hidden");
        fs::create_symlink("../secret", top_ / "www/link");
        fs::create_directory_symlink(top_, top_ / "www/out");
        fs::create_symlink("hello.md", top_ / "www/inside");
        mkfifo((top_ / "www/fifo").c_str(), 0600);
        root_ = Fd(open((top_ / "www").c_str(), O_RDONLY | O_DIRECTORY));
    }
    ~HttpServerFiles() override { fs::remove_all(top_); }
    void write(const char* name, const std::string& text) { std::ofstream(top_ / name) << text; }
    int status(const Path& path) { return find_file(root_.get(), path).status; }

    fs::path top_;
    Fd root_;
};

TEST_F(HttpServerFiles, AreFoundWithTheirSize) {
    EXPECT_EQ(find_file(root_.get(), {"hello.md"}).size, 6u);
    EXPECT_EQ(find_file(root_.get(), {"sub", "page.html"}).size, 200'000u);
    EXPECT_EQ(find_file(root_.get(), {}).listing, "hello.md\nsub/\n");
    EXPECT_EQ(status({"none"}), 404);
    EXPECT_EQ(status({"hello.md", "x"}), 404);
    EXPECT_EQ(status({std::string(5000, 'a')}), 404);
}

TEST_F(HttpServerFiles, BehindALinkOrInAFifoAreForbidden) {
    EXPECT_EQ(status({"link"}), 403);
    EXPECT_EQ(status({"inside"}), 403);
    EXPECT_EQ(status({"out", "secret"}), status({"out"}));
    EXPECT_NE(status({"out", "secret"}), 200);
    EXPECT_EQ(status({"fifo"}), 403);
}

// One connection of the server, with the other end in hand.
class HttpServerConnection : public HttpServerFiles {
  protected:
    HttpServerConnection() {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        client_ = Fd(ends[0]);
        connection_ = std::make_unique<HttpConnection>(Fd(ends[1]), root_.get(), true, 0);
    }
    void send(const std::string& text) {
        EXPECT_EQ(::send(client_.get(), text.data(), text.size(), MSG_NOSIGNAL), ssize_t(text.size()));
    }

    // Lets the server act, and reads all that comes, until it closes its side.
    std::string receive(i64 now = 0) {
        std::string all;
        for (int calls = 0; calls < 1000 && !connection_->ended(now); calls++) {
            connection_->ready(now);
            char buffer[65536];
            ssize_t n;
            while ((n = recv(client_.get(), buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
                all.append(buffer, static_cast<usize>(n));
            if (n == 0) break;
        }
        return all;
    }
    std::string answer_to(const std::string& text) {
        send(text);
        return receive();
    }

    Fd client_;
    std::unique_ptr<HttpConnection> connection_;
};

TEST_F(HttpServerConnection, SendsAFileWithItsLength) {
    const std::string answer = answer_to("GET /sub/page.html HTTP/1.1\r\nHost: nx6\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer.substr(0, 200);
    EXPECT_NE(answer.find("\r\nContent-Length: 200000\r\n"), std::string::npos);
    EXPECT_NE(answer.find("\r\nContent-Type: text/html; charset=utf-8\r\n"), std::string::npos);
    EXPECT_EQ(answer.substr(server::end_of_head(answer)), std::string(200'000, 'x'));
}

TEST_F(HttpServerConnection, AnswersHeadWithoutABody) {
    const std::string answer = answer_to("HEAD /hello.md HTTP/1.0\r\n\r\n");
    EXPECT_NE(answer.find("\r\nContent-Length: 6\r\n"), std::string::npos);
    EXPECT_EQ(server::end_of_head(answer), answer.size());
}

TEST_F(HttpServerConnection, TakesARequestByteByByte) {
    for (char c : std::string("GET /hello.md HTTP/1.0\r\n\r")) {
        send({c});
        connection_->ready(0);
    }
    EXPECT_TRUE(answer_to("\n").ends_with("\r\n\r\nhello\n"));
}

TEST_F(HttpServerConnection, NamesTheMethodsItHas) {
    const std::string answer = answer_to("DELETE /hello.md HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
    EXPECT_NE(answer.find("\r\nAllow: GET, HEAD\r\n"), std::string::npos);
    EXPECT_TRUE(fs::exists(top_ / "www/hello.md"));
}

TEST_F(HttpServerConnection, RefusesAHeadThatIsTooLong) {
    EXPECT_TRUE(answer_to("GET /" + std::string(10'000, 'a')).starts_with("HTTP/1.1 431 "));
}

TEST_F(HttpServerConnection, EndsWhenTheClientSaysNothingForTenSeconds) {
    send("GET / HT");
    connection_->ready(9);
    EXPECT_FALSE(connection_->ended(9));
    EXPECT_TRUE(connection_->ended(10));
}

TEST_F(HttpServerConnection, EndsWhenTheClientHasGone) {
    client_ = Fd();
    connection_->ready(0);
    EXPECT_TRUE(connection_->ended(0));
}

TEST_F(HttpServerConnection, EndsAfterTheClientHasClosed) {
    answer_to("GET / HTTP/1.0\r\n\r\n");
    EXPECT_FALSE(connection_->ended(0));
    client_ = Fd();
    connection_->ready(0);
    EXPECT_TRUE(connection_->ended(0));
}

// Under ASan and UBSan: requests like real ones, each damaged in a few bytes.
TEST_F(HttpServerFiles, SurviveDamagedRequestsAndGiveNoSecret) {
    std::mt19937 random(1);
    const std::string good = "GET /sub/../link%2fx HTTP/1.1\r\nHost: nx6\r\n\r\n";
    for (int i = 0; i < 20'000; i++) {
        std::string text = good;
        for (unsigned n = random() % 6; n > 0; n--)
            text[random() % text.size()] = static_cast<char>(random());
        const usize end = server::end_of_head(text);
        const HttpRequest request = parse_request(std::string_view(text).substr(0, end));
        if (request.status != 200) continue;
        for (const std::string& part : request.path) {
            ASSERT_FALSE(part.empty() || part[0] == '.');
            ASSERT_EQ(part.find('/'), std::string::npos);
        }
        ASSERT_NE(find_file(root_.get(), request.path).size, 6u) << text;
    }
}

}  // namespace
