// DNS (RFC 1035), multicast DNS (RFC 6762) and EDNS (RFC 6891).
#include "net/dump/applications.h"
#include "net/dump/dns_record.h"
#include "net/dump/fields.h"

namespace net {
namespace {

constexpr Name kOperations[] = {
    {0, "query"}, {1, "inverse query"}, {2, "status"}, {4, "notify"}, {5, "update"}};
constexpr Name kResults[] = {{0, "no error"},       {1, "format error"},     {2, "server failure"},
                             {3, "no such name"},   {4, "not implemented"},  {5, "refused"},
                             {6, "name exists"},    {7, "set exists"},       {8, "no such set"},
                             {9, "not authorised"}, {10, "not in the zone"}, {16, "bad version"}};
constexpr Name kBits[] = {{0x0400, "authoritative"},     {0x0200, "truncated"},
                          {0x0100, "recursion desired"}, {0x0080, "recursion available"},
                          {0x0040, "reserved"},          {0x0020, "authentic data"},
                          {0x0010, "checking disabled"}};
constexpr Name kResponse[] = {{0, "query"}, {1, "response"}};

// Only a response has the last one.
constexpr Field kHead[] = {
    {"Identifier", 0, 2, Show::Both, {}, ~u32{0}, "id"},
    {"Message", 2, 2, Show::Number, kResponse, 0x8000},
    {"Operation", 2, 2, Show::Number, kOperations, 0x7800},
    {"Flags", 2, 2, Show::Bits, kBits, 0xffff},
    {"Result", 2, 2, Show::Number, kResults, 0x000f},
};
constexpr usize kHeadSize = 4;
constexpr Field kCounts[] = {
    {"Questions", 4, 2},
    {"Answers", 6, 2},
    {"Authorities", 8, 2},
    {"Additional", 10, 2},
};

struct DnsHeader {
    be16 id, flags, counts[4];
};
constexpr const char* kSections[] = {"Question", "Answer", "Authority", "Additional"};

// The first question, or of a response the first answer too, tell what the message is about.
void say_record(DumpWriter& w, usize section, usize index, const DnsRecord& r) {
    if (index != 0 || section > 1) return;
    w.say(section == 0 ? " %s? " : ", %s ", name_of_dns_type(r.type));
    r.name.say(w);
}

// Prints the records of one section; the place behind them, or nothing when one of them is cut or malformed.
std::optional<usize> dump_records(DumpWriter& w, const Piece& p, usize at, usize section, usize count) {
    const Bytes message = p.here;
    for (usize i = 0; i < count; i++) {
        const auto r = DnsRecord::parse(message, at, section == 0);
        if (!r) {
            w.note("%s: %s %zu of %zu cannot be read", p.whole() ? "malformed" : "truncated",
                   kSections[section], i + 1, count);
            return std::nullopt;
        }
        w.label(kSections[section]);
        dump_dns_record(w, message, *r);
        w.end_line();
        say_record(w, section, i, *r);
        at = r->end;
    }
    return at;
}

}  // namespace

void dump_dns(DumpWriter& w, const Piece& p) {
    w.section("DNS");
    w.say(" DNS");
    const bool response = p.here.size() > 2 && p.here[2] & 0x80;
    const usize takes = p.here.size() < kHeadSize ? sizeof(DnsHeader) : kHeadSize;
    const Fields fields = kHead;
    if (!dump_fields(w, "a DNS header", takes, response ? fields : fields.first(fields.size() - 1), p))
        return;
    if (!dump_fields(w, "a DNS header", sizeof(DnsHeader), kCounts, p)) return;
    const auto& h = *header_of<DnsHeader>(p.here);
    w.say(response ? " response" : " query");
    if (response && (h.flags & 0xf)) w.say(" (%s)", look_up(kResults, h.flags & 0xf));
    std::optional<usize> at = sizeof h;
    for (usize section = 0; section < 4 && at; section++)
        at = dump_records(w, p, *at, section, h.counts[section]);
    if (at && *at < p.length) w.field("Trailer", "%zu bytes behind the last record", p.length - *at);
}

}  // namespace net
