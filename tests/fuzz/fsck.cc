// fsck on a damaged image, or on any bytes. It must not crash; of an image that it calls sound, the kernel
// must be able to read everything.
#include "fs_fixture.h"
#include "tests/fuzz/damage.h"

namespace fuzz {
namespace {

// Walks the whole tree, and reads a part of each file.
void read_tree(Mounted& m, const std::string& path, int depth) {
    must(depth < 40, "a sound tree has an end");
    const auto f = m.open(path, kRead);
    if (!f.ok()) return must(f.error() != Errno::Io, "a sound tree can be read");
    const std::string text = Mounted::read(*f.value(), 60'000);
    if (!m.open(path, kRead | kDirectory).ok()) return;
    for (usize at = 2 * sizeof(dirent); at + sizeof(dirent) <= text.size(); at += sizeof(dirent)) {
        const auto* e = reinterpret_cast<const dirent*>(text.data() + at);
        if (e->inum) read_tree(m, path + "/" + std::string(e->name, strnlen(e->name, DIRSIZ)), depth + 1);
    }
}

void run(Bytes input) {
    Input in(input);
    if (in.byte() % 8 == 0) {
        const Bytes any = in.rest();
        return (void)check_image({any.begin(), any.end()});
    }
    std::vector<u8> image = sound_image();
    damage(image, in);
    if (!check_image(image).complaints.empty()) return;
    Mounted m(std::move(image));
    must(m.mounted.ok(), "what fsck calls sound can be mounted");
    if (m.root) read_tree(m, "", 0);
}

std::vector<std::string> seeds() {
    using std::string;
    const auto change = [](std::initializer_list<char> where, const string& bytes) {
        return string{1, 1} + string(where) + static_cast<char>(bytes.size()) + bytes;
    };
    return {string(1, 1),
            string(1, 0) + string(100, 1),
            change({3, 4, 0}, "\3"),                      // another type
            change({3, 4, 6}, string("\7\0", 2)),         // a link count
            change({3, 4, 24}, string("\xff\0\0\0", 4)),  // a block
            change({3, 2, 8}, string("\0\4\0\0", 4)),     // a size
            change({4, 20}, "\xff"),
            change({5, 0, 16, 0}, string("\1\0", 2)),
            change({1, 8}, string("\5\0", 2)),
            change({0, 4}, string("\0\1", 2))};
}

}  // namespace

constinit const Target fsck = {"fsck", 512, run, seeds};

}  // namespace fuzz
