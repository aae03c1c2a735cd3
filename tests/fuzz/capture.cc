// The readers of pcap and pcapng: the input is a file. What a reader returns is written as pcap, which must
// be read again.
#include "capture/reader.h"

#include <cstring>

#include "capture/writer.h"
#include "pktdump/link.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

using capture::Packet;

struct MemoryFile {
    explicit MemoryFile(std::string b)
        : bytes(std::move(b)), file(fmemopen(bytes.data(), bytes.size(), "r")) {}
    ~MemoryFile() { std::fclose(file); }
    std::string bytes;
    std::FILE* file;
};

struct Kept {
    Packet header;
    std::string bytes;
};

std::vector<Kept> read_all(const std::string& bytes) {
    MemoryFile in(bytes);
    capture::Reader reader(in.file);
    std::vector<Kept> all;
    if (!reader.open()) {
        must(!reader.error().empty(), "a file that is no capture is explained");
        return all;
    }
    while (const auto p = reader.next()) {
        must(p->bytes.size() <= bytes.size(), "a packet comes from the file");
        must(p->number == all.size() + 1, "packets are numbered");
        (void)pktdump::link_of(p->link_type());
        all.push_back({*p, text_of(p->bytes)});
    }
    must(!reader.next(), "nothing follows the end");
    return all;
}

// All packets that one pcap file can hold: of the first one's link type.
std::string written(const std::vector<Kept>& packets, usize& count) {
    char* text = nullptr;
    usize size = 0;
    std::FILE* file = open_memstream(&text, &size);
    capture::Writer writer(file, true);
    for (const Kept& k : packets) {
        Packet p = k.header;
        p.bytes = bytes_of(k.bytes);
        if (!writer.write(p)) break;
        count++;
    }
    std::fclose(file);
    const std::string all(text, size);
    std::free(text);
    return all;
}

void run(Bytes input) {
    if (input.empty()) return;
    const std::vector<Kept> packets = read_all(text_of(input));
    usize count = 0;
    const std::string file = written(packets, count);
    if (count == 0) return;
    const std::vector<Kept> again = read_all(file);
    must(again.size() == count, "the written packets are read");
    for (usize i = 0; i < count; i++) must(again[i].bytes == packets[i].bytes, "packets keep their bytes");
}

std::string words(std::initializer_list<u32> list) {
    std::string s;
    for (const u32 w : list) s.append(reinterpret_cast<const char*>(&w), sizeof w);
    return s;
}

std::string swapped(std::string s) {
    for (usize i = 0; i + 4 <= s.size(); i += 4) std::swap(s[i], s[i + 3]), std::swap(s[i + 1], s[i + 2]);
    return s;
}

std::vector<std::string> seeds() {
    const std::string packet = words({2, 5, 4, 60, 0x64636261});
    const std::string pcap = words({0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1}) + packet + packet;
    const std::string nano = words({0xa1b23c4d, 0x00040002, 0, 0, 65535, 113}) + packet;
    // Section header, interface with if_tsresol, enhanced packet, simple packet, obsolete packet, statistics.
    const std::string section = words({0x0a0d0d0a, 28, 0x1a2b3c4d, 1, ~0u, ~0u, 28});
    const std::string interface = words({1, 32, 1, 65535, 0x00010009, 9, 0, 32});
    const std::string enhanced = words({6, 36, 0, 0, 1000, 4, 4, 0x64636261, 36});
    const std::string simple = words({3, 20, 4, 0x64636261, 20});
    const std::string old = words({2, 36, 0, 0, 1000, 4, 4, 0x64636261, 36});
    const std::string statistics = words({5, 24, 0, 0, 0, 24});
    const std::string pcapng = section + interface + enhanced + simple + old + statistics;
    return {pcap, nano, swapped(pcap), pcapng, swapped(pcapng), section + interface + section + enhanced};
}

}  // namespace

constinit const Target capture_file = {"capture", 2048, run, seeds};

}  // namespace fuzz
