// A question or a resource record of a DNS message (RFC 1035 sections 4.1.2 and 4.1.3). Internal to net/dump.
#pragma once

#include "net/dump/dns_name.h"
#include "net/dump/names.h"

namespace net {

struct DnsRecord {
    DnsName name;
    u16 type, record_class;
    u32 ttl = 0;     // a question has none
    usize data = 0;  // where its data begin in the message
    usize data_length = 0;
    usize end = 0;  // the first byte behind it
    bool is_question = false;

    // The record at `at`; nothing when it is malformed or does not lie within the message.
    static std::optional<DnsRecord> parse(Bytes message, usize at, bool is_question);
};

const char* name_of_dns_type(u16 type);

// In one line: "www.nx6.test A IN, TTL 300: 10.0.2.2".
void dump_dns_record(DumpWriter& w, Bytes message, const DnsRecord& r);

}  // namespace net
