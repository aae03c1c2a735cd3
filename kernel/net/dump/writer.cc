#include "net/dump/writer.h"

namespace net {

namespace {
constexpr int kValueColumn = 20;
constexpr usize kBytesPerLine = 16;

// At least one blank, however long the label.
int padding_of(const char* name) {
    const int length = static_cast<int>(strlen(name)) + 1;
    return length < kValueColumn ? kValueColumn - length : 1;
}

bool all_zero(Bytes b) {
    u8 any = 0;
    for (const u8 byte : b) any |= byte;
    return any == 0;
}
}  // namespace

void DumpWriter::append(void* self, const char* text, usize length) {
    auto& w = *static_cast<DumpWriter*>(self);
    while (length > 0) {
        if (w.used_ == sizeof w.text_) w.flush();
        const usize room = sizeof w.text_ - w.used_;
        const usize n = length < room ? length : room;
        memcpy(w.text_ + w.used_, text, n);
        w.used_ += n;
        text += n;
        length -= n;
    }
}

void DumpWriter::flush() {
    if (used_) out_.write(out_.context, text_, used_);
    used_ = 0;
}

// When more than half of the room is used, the text goes out, so that the next line is not split.
void DumpWriter::new_line() {
    append(this, "\n", 1);
    if (used_ > sizeof text_ / 2) flush();
}

void DumpWriter::end_line() {
    if (full_) new_line();
}

void DumpWriter::end_packet() {
    new_line();
    if (full_) new_line();
}

void DumpWriter::print(const char* format, ...) {
    if (!full_) return;
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
}

void DumpWriter::say(const char* format, ...) {
    if (full_) return;
    if (at_start_ && *format == ' ') format++;
    at_start_ = false;
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
}

void DumpWriter::section(const char* name) {
    if (in_section_) end_line();
    in_section_ = true;
    print("----- %s%s -----", quoted_ ? "QUOTED " : "", name);
    end_line();
}

void DumpWriter::label(const char* name) { print("%s:%*s", name, padding_of(name), ""); }

void DumpWriter::field(const char* name, const char* format, ...) {
    if (!full_) return;
    label(name);
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
    end_line();
}

void DumpWriter::note(const char* format, ...) {
    if (!full_) say(" ");
    append(this, "[", 1);
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
    append(this, "]", 1);
    end_line();
}

void DumpWriter::length(const char* name, const Piece& p) {
    if (p.whole())
        field(name, "%zu bytes", p.length);
    else
        field(name, "%zu bytes (%zu here)", p.length, p.here.size());
}

void DumpWriter::hex(Bytes b) {
    const char* between = "";
    for (const u8 byte : b) {
        print("%s%02x", between, byte);
        between = " ";
    }
}

void DumpWriter::hex_lines(Bytes b) {
    if (!full_) return;
    for (usize at = 0; at < b.size(); at += kBytesPerLine) {
        char characters[kBytesPerLine + 1] = {};
        print("%04zx ", at);
        for (usize i = 0; i < kBytesPerLine; i++) {
            if (i % 8 == 0) print(" ");
            if (at + i >= b.size()) {
                print("   ");
                continue;
            }
            const u8 byte = b[at + i];
            print("%02x ", byte);
            characters[i] = byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '.';
        }
        print(" |%s|", characters);
        end_line();
    }
}

void dump_payload(DumpWriter& w, const Piece& p) {
    if (p.here.empty()) return;
    w.section("PAYLOAD");
    w.length("Length", p);
    w.hex_lines(p.here);
}

void dump_rest(DumpWriter& w, const char* name, const Piece& p, const char* where) {
    if (p.empty()) return;
    const bool zero = all_zero(p.here);
    w.label(name);
    w.print("%zu bytes ", p.length);
    if (!p.whole()) w.print("(%zu here) ", p.here.size());
    w.print("%s%s", where, p.here.empty() ? "" : zero ? ", all zero" : ", not all zero:");
    w.end_line();
    if (zero) return;
    w.hex_lines(p.here);
    w.say(" [%zu bytes %s]", p.length, where);
}

void dump_cut_header(DumpWriter& w, const char* name, usize takes, usize here, Bytes rest) {
    if (!rest.empty()) {
        w.label("Incomplete field");
        w.hex(rest);
        w.end_line();
    }
    w.note("truncated: %s takes %zu bytes, %zu are here", name, takes, here);
}

}  // namespace net
