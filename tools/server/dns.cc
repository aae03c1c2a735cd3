// Messages as in RFC 1035, section 4.
#include "tools/server/dns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "lib/endian.h"

namespace dns {
namespace {

struct Header {
    be16 id;
    be16 flags;
    be16 questions, answers, authorities, additionals;
};
static_assert(sizeof(Header) == 12 && alignof(Header) == 1);

constexpr u16 kResponse = 0x8000, kOpcode = 0x7800, kAuthoritative = 0x0400;
constexpr u16 kRecursionDesired = 0x0100, kRecursionAvailable = 0x0080;
constexpr u16 kNoError = 0, kFormErr = 1, kNxDomain = 3, kNotImp = 4;
constexpr u16 kTypeA = 1, kTypeAny = 255, kClassIn = 1;

struct Question {
    std::string name;  // lower case, dots between labels, none at the end
    u16 type;
    u16 qclass;
    Bytes wire;  // as it was sent, for the reply
};

// The only function that parses bytes from outside. The first question cannot contain a compressed name.
std::optional<Question> parse_question(Bytes b) {
    Question q;
    usize at = 0;
    while (at < b.size() && b[at] != 0) {
        usize length = b[at++];
        if (length > 63 || length > b.size() - at || q.name.size() + length > 253) return std::nullopt;
        if (!q.name.empty()) q.name += '.';
        for (u8 c : b.subspan(at, length)) q.name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        at += length;
    }
    if (b.size() - at < 5) return std::nullopt;  // the root label, type and class
    auto word = [&](usize i) { return static_cast<u16>(b[i] << 8 | b[i + 1]); };
    q.type = word(at + 1);
    q.qclass = word(at + 3);
    q.wire = b.first(at + 5);
    return q;
}

std::optional<u32> address_of(std::string_view name) {
    if (name == "nx6.test" || name.ends_with(".nx6.test")) return 0x0a000202;
    if (name == "pdos.csail.mit.edu") return 0x8034817e;
    return std::nullopt;
}

class Writer {
  public:
    explicit Writer(MutBytes out) : out_(out) {}
    void put(Bytes b) {
        std::copy(b.begin(), b.end(), out_.subspan(length_, b.size()).begin());
        length_ += b.size();
    }
    void put16(u16 v) { put(std::to_array<u8>({static_cast<u8>(v >> 8), static_cast<u8>(v)})); }
    void put32(u32 v) {
        put16(static_cast<u16>(v >> 16));
        put16(static_cast<u16>(v));
    }
    usize length() const { return length_; }

  private:
    MutBytes out_;
    usize length_ = 0;
};

usize respond(Header h, u16 code, const Question* q, std::optional<u32> address, MutBytes reply) {
    h.flags = static_cast<u16>(kResponse | kAuthoritative | kRecursionAvailable |
                               (h.flags & (kOpcode | kRecursionDesired)) | code);
    h.questions = q ? 1 : 0;
    h.answers = address ? 1 : 0;
    h.authorities = h.additionals = 0;
    Writer w(reply);
    w.put({reinterpret_cast<const u8*>(&h), sizeof h});
    if (q) w.put(q->wire);
    if (address) {
        w.put16(0xc000 | sizeof(Header));  // the name: a pointer to the question's
        w.put16(kTypeA);
        w.put16(kClassIn);
        w.put32(60);  // seconds to live
        w.put16(4);
        w.put32(*address);
    }
    return w.length();
}

}  // namespace

usize answer(Bytes query, MutBytes reply) {
    Header h;
    if (query.size() < sizeof h || reply.size() < kMaxMessage) return 0;
    std::copy_n(query.begin(), sizeof h, reinterpret_cast<u8*>(&h));
    if (h.flags & kResponse) return 0;
    if (h.flags & kOpcode) return respond(h, kNotImp, nullptr, std::nullopt, reply);

    auto q = h.questions == 1 ? parse_question(query.subspan(sizeof h)) : std::nullopt;
    if (!q) return respond(h, kFormErr, nullptr, std::nullopt, reply);
    auto address = q->qclass == kClassIn ? address_of(q->name) : std::nullopt;
    if (!address) return respond(h, kNxDomain, &*q, std::nullopt, reply);
    if (q->type != kTypeA && q->type != kTypeAny) address.reset();  // the name exists, without such a record
    return respond(h, kNoError, &*q, address, reply);
}

}  // namespace dns
