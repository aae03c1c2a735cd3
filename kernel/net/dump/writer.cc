#include "net/dump/writer.h"

namespace net {

namespace {
constexpr int kValueColumn = 20;
constexpr usize kBytesPerLine = 16;
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

void DumpWriter::print(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
}

// Past half of the room, the text goes out: another line would likely be torn in two.
void DumpWriter::end_line() {
    append(this, "\n", 1);
    if (used_ > sizeof text_ / 2) flush();
}

void DumpWriter::section(const char* name) {
    if (in_section_) end_line();
    in_section_ = true;
    print("----- %s -----", name);
    end_line();
}

// At least one blank, however long the label.
int DumpWriter::label_padding(const char* name) {
    const int length = static_cast<int>(strlen(name)) + 1;
    return length < kValueColumn ? kValueColumn - length : 1;
}

void DumpWriter::field(const char* name, const char* format, ...) {
    label(name);
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
    end_line();
}

void DumpWriter::note(const char* format, ...) {
    print("[");
    std::va_list args;
    va_start(args, format);
    vformat({append, this}, format, args);
    va_end(args);
    print("]");
    end_line();
}

void DumpWriter::hex(Bytes b) {
    const char* between = "";
    for (u8 byte : b) {
        print("%s%02x", between, byte);
        between = " ";
    }
}

void DumpWriter::hex_lines(Bytes b) {
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

void dump_payload(DumpWriter& w, Bytes b) {
    if (b.empty()) return;
    w.section("PAYLOAD");
    w.field("Length", "%zu bytes", b.size());
    w.hex_lines(b);
}

}  // namespace net
