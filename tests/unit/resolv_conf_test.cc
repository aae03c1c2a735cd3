// The user library's parser of /etc/resolv.conf, tested on the host.
#include <gtest/gtest.h>

#include <vector>

#include "../../user/lib/posix/resolv_conf.cc"

namespace {

std::vector<u32> servers_of(const char* text) {
    u32 found[posix::kMostNameServers];
    const int n = posix::read_name_servers(text, found);
    return {found, found + n};
}

using List = std::vector<u32>;

TEST(ResolvConf, NamesUpToThreeServersInTheirOrder) {
    EXPECT_EQ(servers_of("nameserver 10.0.2.3\n"), List{0x0a000203});
    EXPECT_EQ(servers_of("nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nnameserver 4.4.4.4"),
              (List{0x01010101, 0x02020202, 0x03030303}));
    EXPECT_EQ(servers_of("nameserver 1.1.1.1"), List{0x01010101}) << "without a line break";
}

TEST(ResolvConf, HasCommentsBlanksAndOtherLines) {
    EXPECT_EQ(
        servers_of("# nameserver 9.9.9.9\n;nameserver 9.9.9.9\n\n \t\nsearch example.com\noptions rotate\n"
                   "\t nameserver\t1.1.1.1 # ours\r\nnameserver 2.2.2.2;x\n"),
        (List{0x01010101, 0x02020202}));
}

TEST(ResolvConf, IgnoresWhatIsMalformed) {
    for (const char* text :
         {"", "nameserver", "nameserver\n1.1.1.1\n", "nameserver 1.1.1\n", "nameserver 1.1.1.1.1\n",
          "nameserver 1.1.1.256\n", "nameserver 0.0.0.0\n", "nameservers 1.1.1.1\n", "nameserve 1.1.1.1\n",
          "nameserver fe80::1\n", "nameserver #1.1.1.1\n", "nameserver 1.1.1.1111111111111111111111111111\n"})
        EXPECT_EQ(servers_of(text), List{}) << text;
    EXPECT_EQ(servers_of("nameserver rubbish\nnameserver 1.1.1.1\n"), List{0x01010101});
}

}  // namespace
