// How the dump puts text together: sections, labelled fields and hex for the full text, sentences for the
// brief one. Internal to net/dump.
//
// A layer writes both texts in one pass, so that they cannot disagree: section(), field(), print() and hex()
// write only full text, say() only brief text, and note() writes both.
#pragma once

#include "net/dump/dump.h"
#include "net/dump/piece.h"

namespace net {

// Collects text and hands it to the sink in whole lines where it can, so that the sink is called rarely.
class DumpWriter {
  public:
    DumpWriter(TextSink out, DumpMode mode) : out_(out), full_(mode == DumpMode::Full) {}
    ~DumpWriter() { flush(); }
    DumpWriter(const DumpWriter&) = delete;
    DumpWriter& operator=(const DumpWriter&) = delete;

    // --- full text ---
    void section(const char* name);  // closes the section before it with a blank line
    // "Label:     value", a line; or in pieces: label(), print()..., end_line().
    void field(const char* name, const char* format, ...) __attribute__((format(printf, 3, 4)));
    void label(const char* name);
    void print(const char* format, ...) __attribute__((format(printf, 2, 3)));
    void end_line();
    // Bytes in a row ("01 ff 20"), or in numbered lines of 16 with their characters.
    void hex(Bytes b);
    void hex_lines(Bytes b);
    // A number of bytes; when fewer are there, both: "1448 bytes (14 here)".
    void length(const char* name, const Piece& p);

    // --- brief text ---
    // A word begins with a space, which is left out at the start of the line.
    void say(const char* format, ...) __attribute__((format(printf, 2, 3)));

    // --- both ---
    // "[truncated: ...]": a line of the full text, a word of the brief one.
    void note(const char* format, ...) __attribute__((format(printf, 2, 3)));
    void end_packet();

    // Sections from here to end_quote() are called "QUOTED ...": they are of the packet inside an ICMP error.
    void begin_quote() { quoted_ = true; }
    void end_quote() { quoted_ = false; }

  private:
    static void append(void* self, const char* text, usize length);
    void new_line();
    void flush();

    TextSink out_;
    bool full_;
    bool in_section_ = false, quoted_ = false, at_start_ = true;
    usize used_ = 0;
    char text_[256];
};

// The section for the bytes that no layer decodes; no bytes, no section.
void dump_payload(DumpWriter& w, const Piece& p);

// A field for bytes that belong to no header: how many they are, where ("behind the UDP datagram"), and their
// hex, unless all are zero. No bytes, no field.
void dump_rest(DumpWriter& w, const char* name, const Piece& p, const char* where);

// For a header that is not whole: the bytes behind its last whole field, and a note of how many bytes it
// takes.
void dump_cut_header(DumpWriter& w, const char* name, usize takes, usize here, Bytes rest);

}  // namespace net
