// This file uses neither the kernel nor the network, so host tests can run it.
#include "posix/resolv_conf.h"

#include "net/wire/addr.h"

namespace posix {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool ends_line(char c) { return c == '\0' || c == '\n' || c == '#' || c == ';'; }

// Copies the next word of the line, cut to the room, and moves `text` behind it.
template <usize kRoom>
void take_word(const char*& text, char (&word)[kRoom]) {
    usize n = 0;
    while (is_space(*text)) text++;
    for (; !is_space(*text) && !ends_line(*text); text++) {
        if (n < kRoom - 1) word[n++] = *text;
    }
    word[n] = '\0';
}

bool is_keyword(const char* word) {
    const char* wanted = "nameserver";
    while (*wanted && *word == *wanted) word++, wanted++;
    return *word == *wanted;
}

}  // namespace

int read_name_servers(const char* text, u32 (&servers)[kMostNameServers]) {
    int found = 0;
    while (*text && found < kMostNameServers) {
        char keyword[16], address[20];
        take_word(text, keyword);
        take_word(text, address);
        const auto server = net::Ipv4Addr::parse(address);
        if (is_keyword(keyword) && server && !server->is_any()) servers[found++] = server->value();
        while (*text && *text != '\n') text++;
        if (*text) text++;
    }
    return found;
}

}  // namespace posix
