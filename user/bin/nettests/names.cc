// DNS (RFC 1035): builds a query and parses the answer, checking every length.
#include "kit.h"
#include "lib/endian.h"

namespace nettests {

namespace {

struct DnsHeader {
    be16 id, flags, questions, answers, authorities, additional;
};
static_assert(sizeof(DnsHeader) == 12);

// Follows the name in a question. In a record, DnsRecord follows the name, and the data follow it.
struct DnsQuestionEnd {
    be16 type, klass;
};
struct DnsRecord {
    be16 type, klass;
    be32 ttl;
    be16 length;
};
static_assert(sizeof(DnsRecord) == 10);

constexpr u16 kTypeA = 1, kClassIn = 1;
constexpr u16 kRecursionDesired = 0x0100, kResponse = 0x8000, kCodeMask = 0x000f;
constexpr int kNoSuchName = 3;
constexpr usize kMaxMessage = 512;  // RFC 1035 4.2.1

struct Answer {
    int code = 0;
    uint32 address = 0;
};

// Writes "a.bc" as 1 'a' 2 'b' 'c' 0; returns the length. The names here are short and valid.
usize put_name(u8* to, const char* name) {
    u8* at = to;
    while (*name) {
        u8* length = at++;
        while (*name && *name != '.') *at++ = static_cast<u8>(*name++);
        *length = static_cast<u8>(at - length - 1);
        if (*name == '.') name++;
    }
    *at++ = 0;
    return static_cast<usize>(at - to);
}

usize build_query(u8* message, u16 id, const char* name) {
    const DnsHeader header{id, kRecursionDesired, 1, 0, 0, 0};
    const DnsQuestionEnd end{kTypeA, kClassIn};
    memcpy(message, &header, sizeof header);
    const usize name_length = put_name(message + sizeof header, name);
    memcpy(message + sizeof header + name_length, &end, sizeof end);
    return sizeof header + name_length + sizeof end;
}

// Takes fields from the front of a message. After one that is missing, ok() is false and all further ones are
// zero.
class Reader {
  public:
    explicit Reader(Bytes b) : rest_(b) {}
    bool ok() const { return ok_; }

    template <class T>
    T take() {
        T value{};
        const Bytes b = bytes(sizeof(T));
        if (ok_) memcpy(&value, b.data(), sizeof value);
        return value;
    }
    Bytes bytes(usize n) {
        if (n > rest_.size()) ok_ = false;
        if (!ok_) return {};
        const Bytes taken = rest_.first(n);
        rest_ = rest_.subspan(n);
        return taken;
    }
    // A name ends with an empty label or, if compressed (4.1.4), with a pointer of two bytes.
    void skip_name() {
        while (ok_) {
            const u8 length = take<u8>();
            if (length >= 0xc0)
                bytes(1);
            else
                bytes(length);
            if (length == 0 || length >= 0xc0) return;
        }
    }

  private:
    Bytes rest_;
    bool ok_ = true;
};

bool parse_answer(Bytes message, u16 id, Answer& answer) {
    Reader r(message);
    const auto header = r.take<DnsHeader>();
    if (!r.ok()) return fail("the answer has %zu bytes, less than a DNS header", message.size());
    if (header.id != id || !(header.flags & kResponse)) return fail("the answer is not for our query");
    answer.code = header.flags & kCodeMask;
    for (int i = 0; i < header.questions && r.ok(); i++) {
        r.skip_name();
        r.bytes(sizeof(DnsQuestionEnd));
    }
    for (int i = 0; i < header.answers && r.ok(); i++) {
        r.skip_name();
        const auto record = r.take<DnsRecord>();
        const Bytes data = r.bytes(record.length);
        if (!r.ok() || record.type != kTypeA || record.klass != kClassIn || data.size() != 4) continue;
        be32 address;
        memcpy(&address, data.data(), sizeof address);
        answer.address = address;
        return true;
    }
    return r.ok() || fail("the answer ends in the middle of a record");
}

bool ask(const char* name, Answer& answer) {
    if (setup.dns == 0) {
        return fail(
            "the boot argument dns=PORT is missing: start the guest with `make qemu`, and `make server` on "
            "the "
            "host");
    }
    const Fd fd(open_udp(setup.dns));
    if (!fd.ok()) return false;
    static u8 message[kMaxMessage];
    const auto id = static_cast<u16>(nanouptime() >> 4);
    if (!send(fd.get(), message, static_cast<int>(build_query(message, id, name)))) return false;
    const int n = receive(fd.get(), message, sizeof message);
    return n >= 0 && parse_answer({message, static_cast<usize>(n)}, id, answer);
}

bool expect_address(const char* name, const char* expected) {
    Answer answer;
    if (!ask(name, answer)) return false;
    char text[16];
    if (answer.code != 0) return fail("%s: the responder answers with error %d", name, answer.code);
    ip_text(answer.address, text);
    return strcmp(text, expected) == 0 || fail("%s is %s, not %s", name, text, expected);
}

}  // namespace

bool test_dns() {
    return expect_address("host.nx6.test", "10.0.2.2") &&
           expect_address("pdos.csail.mit.edu", "128.52.129.126");
}

bool test_dns_unknown() {
    Answer answer;
    if (!ask("no-such-name.example", answer)) return false;
    return answer.code == kNoSuchName ||
           fail("expected error %d (no such name), got %d", kNoSuchName, answer.code);
}

}  // namespace nettests
