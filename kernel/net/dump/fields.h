// Headers as tables: a row for each field says where it stands and how it is shown. Internal to net/dump.
#pragma once

#include "net/dump/names.h"

namespace net {

using Names = std::span<const Name>;

enum class Show : u8 {
    Number,
    Hex,
    Both,     // 0x0007 (7)
    InPlace,  // the bits of the mask where they stand: a priority of 0x8 in four bits is 32768
    Bits,     // 0xc0 (on-link, autonomous)
    Bytes,
    Units,  // bytes, counted in units of 8
    Seconds,
    Milliseconds,
    TimeOfDay,  // milliseconds since midnight
    Protocol,   // an IpProtocol
    Type,       // an EtherType
    YesNo,
    Unused,  // shown where it is not zero
    Raw,     // the bytes, as they are
    Mac,
    Ipv4,
    Ipv6,
};

struct Field {
    const char* name;
    u8 at, size;  // where it stands in its header, in bytes
    Show show;
    u8 name_count;
    u32 mask;  // of a number of at most four bytes: the bits that are this field
    const Name* names;
    const char* brief;  // the word in front of the value in the brief text; none: not shown there

    constexpr Field(const char* field_name, u8 first, u8 bytes, Show how = Show::Number, Names words = {},
                    u32 bits = ~u32{0}, const char* word = nullptr)
        : name(field_name),
          at(first),
          size(bytes),
          show(how),
          name_count(static_cast<u8>(words.size())),
          mask(bits),
          names(words.data()),
          brief(word) {}
    constexpr usize end() const { return usize{at} + size; }
};
using Fields = std::span<const Field>;

// A line for each field of a header of `takes` bytes; a header that is cut is reported. False: it is cut.
// `name` begins with its article: "a GRE header". What stands in front of the first field is the caller's.
bool dump_fields(DumpWriter& w, const char* name, usize takes, Fields fields, const Piece& header);

// The same within a line: ": prefix length 64, flags 0xc0 (on-link)"; the bytes behind the fields in hex.
void print_fields(DumpWriter& w, Fields fields, Bytes data, const char* between = ": ");
// ", data 01 ff" in the full text; no bytes, no text.
void print_data(DumpWriter& w, Bytes data);
// A line of bytes; no bytes, no line.
void dump_bytes(DumpWriter& w, const char* label, Bytes data);
// The characters of a text from outside; those that are not printable, and the backslash, as \xff.
void print_text(DumpWriter& w, Bytes text);
void say_text(DumpWriter& w, Bytes text);

// One of a list of options: its number, its name, the fields of its data.
struct OptionKind {
    u16 number;
    const char* name;
    Fields fields;
};
// A line: "IP option: 148 (router alert): value 0".
void dump_option(DumpWriter& w, const char* label, std::span<const OptionKind> kinds, u16 number, Bytes data);
const OptionKind* find_option(std::span<const OptionKind> kinds, u16 number);

}  // namespace net
