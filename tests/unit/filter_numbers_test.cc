// Programs as the numbers of `tcpdump -ddd`.
#include "net/filter/numbers.h"

#include "unit/filter_kit.h"

namespace net {
namespace {

// tcpdump -y EN10MB -ddd ip
constexpr char kIp[] = "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n";
const Code kIpCode = {op(0x28, 12), jump(0x15, 2048, 0, 1), accept(), reject()};

bool operator==(const bpf_insn& a, const bpf_insn& b) {
    return a.code == b.code && a.jt == b.jt && a.jf == b.jf && a.k == b.k;
}

std::optional<Code> parse(std::string_view text, usize room = BPF_MAXINSNS) {
    Code to(room);
    const auto found = parse_numbers(text, to);
    if (!found) return std::nullopt;
    return Code(found->begin(), found->end());
}

std::string print(const Code& code, char end) {
    std::string text;
    print_numbers(
        {[](void* to, const char* s, usize n) { static_cast<std::string*>(to)->append(s, n); }, &text}, code,
        end);
    return text;
}

bool same(const std::optional<Code>& a, const Code& b) {
    return a && std::equal(a->begin(), a->end(), b.begin(), b.end(), [](auto& x, auto& y) { return x == y; });
}

TEST(FilterNumbers, AreThoseOfTcpdump) {
    EXPECT_TRUE(same(parse(kIp), kIpCode));
    EXPECT_EQ(print(kIpCode, '\n'), kIp);
}

TEST(FilterNumbers, MayBeOneLine) {
    EXPECT_EQ(print(kIpCode, ','), "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0,");
    EXPECT_TRUE(same(parse(print(kIpCode, ',')), kIpCode));
    EXPECT_TRUE(same(parse(" 4 40 0 0 12\t21,0,1,2048\r\n6 0 0 262144 6 0 0 0"), kIpCode));
}

TEST(FilterNumbers, RefuseAMalformedText) {
    for (const char* text :
         {"", "x", "1", "1 6 0 0", "1 6 0 0 0 0", "1 6 0 0 0x", "1 65536 0 0 0", "1 6 256 0 0", "1 6 0 256 0",
          "1 6 0 0 4294967296", "1 6 0 0 -1", "2 6 0 0 0", "-1", "1 6 0 0 0 x"})
        EXPECT_FALSE(parse(text)) << text;
}

TEST(FilterNumbers, RefuseMoreThanThereIsRoomFor) {
    EXPECT_FALSE(parse(kIp, 3));
    EXPECT_TRUE(parse(kIp, 4));
}

}  // namespace
}  // namespace net
