#include "arch/fdt.h"

#include "lib/endian.h"
#include "lib/string.h"

namespace arch {
namespace {

struct FdtHeader {
    be32 magic, totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap;
    be32 version, last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct;
};
constexpr u32 kMagic = 0xd00dfeed;
enum Token : u32 { kBeginNode = 1, kEndNode = 2, kProp = 3, kNop = 4, kEnd = 9 };

// Reads the structure block sequentially, with a bounds check at each read.
class Cursor {
  public:
    explicit Cursor(Bytes b) : rest_(b) {}
    bool u32_value(u32& v) {
        auto* p = header_of<be32>(rest_);
        if (!p) return false;
        v = *p;
        rest_ = rest_.subspan(4);
        return true;
    }
    // Takes n bytes and the padding to a multiple of four after them.
    bool bytes(usize n, Bytes& out) {
        const usize padded = (n + 3) & ~usize{3};
        if (n > rest_.size() || padded > rest_.size()) return false;
        out = rest_.first(n);
        rest_ = rest_.subspan(padded);
        return true;
    }
    bool string(const char*& s) {
        const void* end = memchr(rest_.data(), 0, rest_.size());
        if (!end) return false;
        s = reinterpret_cast<const char*>(rest_.data());
        Bytes skipped;
        return bytes(strlen(s) + 1, skipped);
    }

  private:
    Bytes rest_;
};

bool starts_with(const char* s, const char* prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }

// The kinds of node whose properties the kernel uses.
enum class Node { Other, Memory, Cpu, Chosen };
Node node_of(const char* name) {
    if (starts_with(name, "memory@")) return Node::Memory;
    if (starts_with(name, "cpu@")) return Node::Cpu;
    return strcmp(name, "chosen") == 0 ? Node::Chosen : Node::Other;
}

void copy_into(void* to, usize room, Bytes from) {
    memcpy(to, from.data(), from.size() < room ? from.size() : room);
}

void take_property(Node node, const char* name, Bytes value, MachineInfo& info) {
    if (node == Node::Memory && strcmp(name, "reg") == 0 && value.size() >= 16) {
        info.ram_start = *header_of<be64>(value);
        info.ram_end = info.ram_start + *header_of<be64>(value.subspan(8));
    }
    if (node == Node::Chosen && strcmp(name, "bootargs") == 0) {
        copy_into(info.boot_arguments, sizeof info.boot_arguments - 1, value);
    }
    if (node == Node::Chosen && strcmp(name, "rng-seed") == 0)
        copy_into(info.rng_seed, sizeof info.rng_seed, value);
}

// A property: length, offset of its name in the strings block, value.
bool parse_property(Cursor& c, Bytes strings, Node node, MachineInfo& info) {
    u32 length, name;
    Bytes value;
    if (!c.u32_value(length) || !c.u32_value(name) || !c.bytes(length, value)) return false;
    if (name >= strings.size() || !memchr(&strings[name], 0, strings.size() - name)) return false;
    take_property(node, reinterpret_cast<const char*>(&strings[name]), value, info);
    return true;
}

bool parse_structure(Cursor c, Bytes strings, MachineInfo& info) {
    Node node = Node::Other;
    for (u32 token; c.u32_value(token) && token != kEnd;) {
        if (token == kBeginNode) {
            const char* name;
            if (!c.string(name)) return false;
            node = node_of(name);
            info.harts += node == Node::Cpu;
        } else if (token == kProp) {
            if (!parse_property(c, strings, node, info)) return false;
        } else if (token == kEndNode) {
            node = Node::Other;  // a node's properties come before its children
        } else if (token != kNop) {
            return false;
        }
    }
    return true;
}

}  // namespace

u32 fdt_size(const u8* tree) {
    auto* header = reinterpret_cast<const FdtHeader*>(tree);
    return header->magic == kMagic ? u32{header->totalsize} : 0;
}

bool fdt_parse(Bytes tree, MachineInfo& info) {
    auto* h = header_of<FdtHeader>(tree);
    if (!h || h->magic != kMagic) return false;
    const u32 structure = h->off_dt_struct, strings = h->off_dt_strings, strings_size = h->size_dt_strings;
    if (structure >= tree.size() || strings > tree.size() || strings_size > tree.size() - strings)
        return false;
    return parse_structure(Cursor(tree.subspan(structure)), tree.subspan(strings, strings_size), info);
}

}  // namespace arch
