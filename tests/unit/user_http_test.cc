// httpd's request parser and its choice of the connection to close, tested on the host without the kernel.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../../user/bin/httpd/places.h"
#include "../../user/bin/httpd/request.cc"

namespace {

httpd::Request parsed(std::string text) {
    const size_t n = httpd::header_length(text.data(), text.size());
    EXPECT_EQ(n, text.size()) << text;
    return httpd::parse_request(text.data(), n);
}
httpd::Request asked(const std::string& line, const std::string& fields = "Host: x\r\n") {
    return parsed(line + "\r\n" + fields + "\r\n");
}

TEST(HttpRequest, EndsAtAnEmptyLine) {
    EXPECT_EQ(httpd::header_length("GET / HTTP/1.1\r\nHost: x\r\n", 25), 0u);
    EXPECT_EQ(httpd::header_length("GET / HTTP/1.1\r\n\r\nmore", 22), 18u);
    EXPECT_EQ(httpd::header_length("GET / HTTP/1.1\n\n", 16), 16u);
}

TEST(HttpRequest, IsTakenApart) {
    const auto r = asked("GET /a%20file.html?query HTTP/1.1");
    EXPECT_EQ(r.status, 200);
    EXPECT_STREQ(r.path, "/a file.html");
    EXPECT_TRUE(r.keep_alive);
    EXPECT_FALSE(r.head);
    EXPECT_TRUE(asked("HEAD / HTTP/1.1").head);
    EXPECT_EQ(parsed("GET / HTTP/1.1\nHost: x\n\n").status, 200);
    EXPECT_STREQ(asked("GET http://host/path HTTP/1.1").path, "/path");
}

TEST(HttpRequest, KeepsTheConnectionWhenBothCan) {
    EXPECT_FALSE(asked("GET / HTTP/1.1", "Host: x\r\nConnection: close\r\n").keep_alive);
    EXPECT_FALSE(asked("GET / HTTP/1.0", "").keep_alive);
    EXPECT_TRUE(asked("GET / HTTP/1.0", "Connection: Keep-Alive\r\n").keep_alive);
    EXPECT_FALSE(asked("GET / HTTP/1.1", "Host: x\r\nConnection: upgrade, Close\r\n").keep_alive);
    EXPECT_TRUE(asked("GET / HTTP/1.1", "Host: x\r\nConnection: closed\r\n").keep_alive);
}

TEST(HttpRequest, SaysHowLongItsBodyIs) {
    const auto post = asked("POST / HTTP/1.1", "Host: x\r\nContent-Length: 5 \r\n");
    EXPECT_EQ(post.status, 405);
    EXPECT_EQ(post.body, 5u);
    EXPECT_TRUE(post.keep_alive);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: 0\r\n").body, 0u);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: 1048577\r\n").status, 413);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: 99999999999999999999999\r\n").status, 413);
    EXPECT_FALSE(
        asked("POST / HTTP/1.1", "Host: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n").keep_alive);
    for (const char* length : {"", "-1", "+5", "5x", "0x5", "5 5"}) {
        const auto r = asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: " + std::string(length) + "\r\n");
        EXPECT_EQ(r.status, 400) << length;
        EXPECT_FALSE(r.keep_alive);
    }
}

// Request smuggling: two parsers that disagree about the end of a request.
TEST(HttpRequest, WithADoubtfulEndIsRefused) {
    const auto twice = asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n");
    EXPECT_EQ(twice.status, 400);
    const auto both =
        asked("GET / HTTP/1.1", "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    EXPECT_EQ(both.status, 400);
    const auto chunked = asked("POST / HTTP/1.1", "Host: x\r\nTransfer-Encoding: chunked\r\n");
    EXPECT_EQ(chunked.status, 411);
    EXPECT_FALSE(chunked.keep_alive);
}

TEST(HttpRequest, GetsTheRightStatusWhenBad) {
    EXPECT_EQ(asked("GET /").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1 more").status, 400);
    EXPECT_EQ(asked("GET file HTTP/1.1").status, 400);
    EXPECT_EQ(asked("GET /%zz HTTP/1.1").status, 400);
    EXPECT_EQ(asked("GET /%00 HTTP/1.1").status, 400);
    EXPECT_EQ(asked("G(T / HTTP/1.1").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1", "").status, 400) << "no Host";
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nHost: y\r\n").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nno colon\r\n").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\n: nothing\r\n").status, 400);
    EXPECT_EQ(asked("GET /../x HTTP/1.1").status, 403);
    EXPECT_EQ(asked("GET /a/%2e%2e/x HTTP/1.1").status, 403);
    EXPECT_EQ(asked("DELETE / HTTP/1.1").status, 405);
    EXPECT_EQ(asked("GET /" + std::string(300, 'a') + " HTTP/1.1").status, 414);
    EXPECT_EQ(asked("BREW / HTTP/1.1").status, 501);
    EXPECT_EQ(asked("GET / HTTP/2.0").status, 505);
    EXPECT_EQ(asked("GET / HTTP/1.9").status, 200) << "RFC 9110 section 6.2";
    EXPECT_EQ(asked("GET / HTTP/1").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1x").status, 400);
    EXPECT_EQ(asked("GET / http/1.1").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nName : value\r\n").status, 400);
    EXPECT_EQ(asked("GET / HTTP/1.1", "Host: x\r\nA: b\r\n folded\r\n").status, 400);
    EXPECT_EQ(parsed(std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)).status, 400);
}

TEST(HttpRequest, SurvivesAnyText) {
    const char letters[] = "GETHAD/ 1.0:%2e\r\n\t?#ost";
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        std::string text = round % 2 ? "GET / HTTP/1.1\r\n" : "";
        for (int i = 0; i < round % 60; i++) {
            seed = seed * 1103515245 + 12345;
            text += letters[(seed >> 16) % (sizeof letters - 1)];
        }
        text += "\r\n\r\n";
        const size_t n = httpd::header_length(text.data(), text.size());
        (void)httpd::parse_request(text.data(), n);
    }
}

// --- which connection is closed

struct FakeClient {
    bool idle;
    long since;
    bool is_idle() const { return idle; }
    long idle_since() const { return since; }
};

httpd::Choice choose(const std::vector<FakeClient>& clients, long now) {
    return httpd::who_gives_way(clients.data(), static_cast<int>(clients.size()), now);
}

TEST(HttpPlaces, TheLongestSilentGivesWay) {
    const long now = 100'000;
    EXPECT_EQ(choose({{true, 95'000}, {true, 90'000}, {true, 91'000}}, now).who, 1);
    EXPECT_EQ(choose({{true, now - httpd::kFairMs}}, now).who, 0);
}

TEST(HttpPlaces, WhoAsksOrIsAnsweredStaysHoweverLongItTakes) {
    EXPECT_EQ(choose({{false, 0}, {true, 95'000}, {false, 0}}, 100'000).who, 1);
    const httpd::Choice nobody = choose({{false, 0}, {false, 50'000}}, 100'000);
    EXPECT_EQ(nobody.who, -1);
    EXPECT_GT(nobody.wait_ms, 0);
}

TEST(HttpPlaces, WhoHasJustComeGetsAFairTime) {
    const long now = 100'000;
    const httpd::Choice choice = choose({{true, now}, {true, now - httpd::kFairMs + 1}}, now);
    EXPECT_EQ(choice.who, -1);
    EXPECT_EQ(choice.wait_ms, 1);
    EXPECT_EQ(choose({{true, now}}, now + httpd::kFairMs).who, 0);
}

}  // namespace
