#include "net/dump/fields.h"

#include "net/wire/ipv6.h"

namespace net {
namespace {

struct Value {
    char text[80];
};

u64 number_of(const Field& f, Bytes b) {
    u64 n = 0;
    for (const u8 byte : b.subspan(f.at, f.size)) n = n << 8 | byte;
    if (!~f.mask) return n;
    n &= f.mask;
    return f.show == Show::InPlace ? n : n >> std::countr_zero(f.mask);
}

// Hex digits of the largest number that the field can hold.
int digits_of(const Field& f) {
    if (!~f.mask) return 2 * f.size;
    return (std::popcount(f.mask) + 3) / 4;
}

Value number_text(const Field& f, u64 n) {
    Value v;
    const auto put = [&](const char* format, auto... a) { format_to(v.text, sizeof v.text, format, a...); };
    const int digits = digits_of(f);
    const char* name = f.name_count ? look_up({f.names, f.name_count}, static_cast<u16>(n)) : nullptr;
    const u64 seconds = n / 1000;
    switch (f.show) {
        case Show::Both: put("0x%0*llx (%llu)", digits, n, n); break;
        case Show::Bytes: put("%llu bytes", n); break;
        case Show::Units: put("%llu bytes", n * 8); break;
        case Show::Seconds: put("%llu seconds", n); break;
        case Show::Milliseconds: put("%llu milliseconds", n); break;
        case Show::TimeOfDay:
            put(n < 86'400'000 ? "%llu milliseconds (%02llu:%02llu:%02llu.%03llu UTC)"
                               : "%llu (not a time of day)",
                n, seconds / 3600, seconds / 60 % 60, seconds % 60, n % 1000);
            break;
        case Show::Protocol: put("%llu (%s)", n, name_of(IpProtocol{static_cast<u8>(n)})); break;
        case Show::Type: put("0x%04llx (%s)", n, name_of(EtherType{static_cast<u16>(n)})); break;
        case Show::YesNo: put("%s", n ? "yes" : "no"); break;
        case Show::Hex:
        case Show::Unused: put(name ? "0x%0*llx (%s)" : "0x%0*llx", digits, n, name); break;
        default: put(name ? "%llu (%s)" : "%llu", n, name); break;
    }
    return v;
}

Value value_of(const Field& f, Bytes b) {
    Value v;
    const Bytes here = b.subspan(f.at, f.size);
    const auto copy = [&](const char* text) { format_to(v.text, sizeof v.text, "%s", text); };
    switch (f.show) {
        case Show::Mac: copy(format_addr(*header_of<MacAddr>(here)).text); break;
        case Show::Ipv4: copy(format_addr(*header_of<Ipv4Addr>(here)).text); break;
        case Show::Ipv6: copy(format_addr(*header_of<Ipv6Addr>(here)).text); break;
        default: return number_text(f, number_of(f, b));
    }
    return v;
}

void print_value(DumpWriter& w, const Field& f, Bytes b) {
    if (f.show == Show::Raw) return w.hex(b.subspan(f.at, f.size));
    if (f.show != Show::Bits) return w.print("%s", value_of(f, b).text);
    const auto bits = static_cast<u16>(number_of(f, b));
    w.print("0x%0*x (", digits_of(f), bits);
    print_bits(w, {f.names, f.name_count}, bits);
    w.print(")");
}

void say_value(DumpWriter& w, const Field& f, Bytes b) {
    if (!f.brief) return;
    if (f.show == Show::Both || f.show == Show::Bytes)
        return w.say(" %s %llu", f.brief, static_cast<unsigned long long>(number_of(f, b)));
    w.say(" %s %s", f.brief, value_of(f, b).text);
}

bool is_silent(const Field& f, Bytes b) { return f.show == Show::Unused && number_of(f, b) == 0; }

// Of `here` bytes: the first that no field shows. Fields of bits share bytes, so that one may be cut in front
// of the end of another.
usize unshown_from(Fields fields, usize here) {
    usize first = fields.empty() ? 0 : here, cut = here, end = 0;
    for (const Field& f : fields) {
        if (f.at < first) first = f.at;
        if (f.end() <= here)
            end = f.end() > end ? f.end() : end;
        else
            cut = f.at < cut ? f.at : cut;
    }
    end = first > end ? first : end;
    return cut < end ? cut : end;
}

}  // namespace

bool dump_fields(DumpWriter& w, const char* name, usize takes, Fields fields, const Piece& header) {
    for (const Field& f : fields) {
        if (f.end() > header.here.size()) continue;
        if (is_silent(f, header.here)) continue;
        w.label(f.name);
        print_value(w, f, header.here);
        w.end_line();
        say_value(w, f, header.here);
    }
    if (header.here.size() >= takes) return true;
    dump_cut_header(w, name, takes, header.here.size(),
                    behind(header.here, unshown_from(fields, header.here.size())));
    return false;
}

void print_data(DumpWriter& w, Bytes data) {
    if (data.empty()) return;
    w.print(", data ");
    w.hex(data);
}

void print_fields(DumpWriter& w, Fields fields, Bytes data, const char* between) {
    for (const Field& f : fields) {
        if (f.end() > data.size()) continue;
        if (is_silent(f, data)) continue;
        w.print("%s%s%s", between, f.name, *f.name ? " " : "");
        print_value(w, f, data);
        between = ", ";
    }
    print_data(w, behind(data, unshown_from(fields, data.size())));
}

void dump_bytes(DumpWriter& w, const char* label, Bytes data) {
    if (data.empty()) return;
    w.label(label);
    w.hex(data);
    w.end_line();
}

void print_text(DumpWriter& w, Bytes text) {
    for (const u8 c : text) w.print(c >= ' ' && c <= '~' && c != '\\' ? "%c" : "\\x%02x", c);
}

void say_text(DumpWriter& w, Bytes text) {
    for (const u8 c : text) w.say(c >= ' ' && c <= '~' && c != '\\' ? "%c" : "\\x%02x", c);
}

const OptionKind* find_option(std::span<const OptionKind> kinds, u16 number) {
    for (const OptionKind& k : kinds) {
        if (k.number == number) return &k;
    }
    return nullptr;
}

void dump_option(DumpWriter& w, const char* label, std::span<const OptionKind> kinds, u16 number,
                 Bytes data) {
    const OptionKind* kind = find_option(kinds, number);
    w.label(label);
    w.print("%u (%s)", number, kind ? kind->name : "unknown");
    print_fields(w, kind ? kind->fields : Fields{}, data);
    w.end_line();
}

}  // namespace net
