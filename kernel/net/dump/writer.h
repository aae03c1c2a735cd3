// How the dump puts text together: sections, labelled fields, hex. Internal to dump/*.cc.
#pragma once

#include "lib/format.h"
#include "lib/string.h"

namespace net {

// Collects text and hands it on in whole lines where it can, so that the sink is called rarely.
class DumpWriter {
  public:
    explicit DumpWriter(TextSink out) : out_(out) {}
    ~DumpWriter() { flush(); }
    DumpWriter(const DumpWriter&) = delete;
    DumpWriter& operator=(const DumpWriter&) = delete;

    void section(const char* name);  // closes the section before it with a blank line
    void print(const char* format, ...) __attribute__((format(printf, 2, 3)));

    // "Label:     value", a line; or in pieces: label(), print()..., end_line().
    void field(const char* name, const char* format, ...) __attribute__((format(printf, 3, 4)));
    void label(const char* name) { print("%s:%*s", name, label_padding(name), ""); }
    void end_line();

    // "[truncated: ...]", a line.
    void note(const char* format, ...) __attribute__((format(printf, 2, 3)));

    // Bytes in a row ("01 ff 20"), or in numbered lines of 16 with their characters.
    void hex(Bytes b);
    void hex_lines(Bytes b);

  private:
    static int label_padding(const char* name);
    static void append(void* self, const char* text, usize length);
    void flush();

    TextSink out_;
    bool in_section_ = false;
    usize used_ = 0;
    char text_[256];
};

// The front of a header of which perhaps not all bytes are there: has() tells which fields are.
template <class Header>
struct Partial {
    Header header{};
    usize present;

    explicit Partial(Bytes b) : present(b.size() < sizeof(Header) ? b.size() : sizeof(Header)) {
        if (present) memcpy(static_cast<void*>(&header), b.data(), present);
    }
    bool whole() const { return present == sizeof(Header); }
    template <class Field>
    bool has(const Field& f) const {
        const u8* end = reinterpret_cast<const u8*>(&f) + sizeof(Field);
        return end <= reinterpret_cast<const u8*>(&header) + present;
    }
};

// Bytes from `at` on, none when there are not so many.
inline Bytes behind(Bytes b, usize at) { return at < b.size() ? b.subspan(at) : Bytes{}; }
inline Bytes at_most(Bytes b, usize n) { return n < b.size() ? b.first(n) : b; }

// The section for bytes that no layer claims; no bytes, no section.
void dump_payload(DumpWriter& w, Bytes b);

}  // namespace net
