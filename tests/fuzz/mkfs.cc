// mkfs with any names and sizes: it reports an error, or makes an image that is sound and can be mounted.
#include "fs_fixture.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

// As an argument of a program: without zeros.
std::string name(Input& in) {
    std::string s = text_of(in.bytes(in.byte() % 18));
    std::erase(s, '\0');
    return s;
}

void fill(Image& image, Input& in) {
    std::vector<u32> directories = {ROOTINO};
    while (!in.ends()) {
        const u32 parent = directories[in.byte() % directories.size()];
        const u8 what = in.byte() % 5;
        const std::string called = name(in);
        switch (what) {
            case 0: directories.push_back(image.add_directory(parent, called)); break;
            case 1: directories.push_back(image.directory(parent, called)); break;
            case 2: image.add_file(parent, called, std::vector<u8>(in.half(), 'x'), in.half() & 0777); break;
            case 3: image.add_link(parent, called, name(in)); break;
            default: image.add_device(parent, called, in.byte(), in.byte());
        }
    }
    image.finish();
}

void run(Bytes input) {
    Input in(input);
    try {
        const u32 blocks = 120 + in.byte(), inodes = 2 + in.byte();  // 2 is the least that mkfs takes
        Image image(blocks, inodes);
        fill(image, in);
        const Census census = check_image(image.bytes());
        for (const std::string& c : census.complaints) std::fprintf(stderr, "%s\n", c.c_str());
        must(census.complaints.empty(), "a new image is sound");
        Mounted m(image.bytes());
        must(m.mounted.ok(), "a new image can be mounted");
    } catch (const ImageError& e) {
        must(e.what()[0] != 0, "an error is explained");
    }
}

std::vector<std::string> seeds() {
    using std::string;
    const string size{'\x80', 32}, directory = string("\0\0\1d", 4), file = string("\1\2\1f\0\2\xff\1", 8);
    const string link = string("\0\3\1g\1f", 6), device = string("\0\4\1h\1\2", 6);
    return {size + directory + file + device,
            size + string("\0\2\1f\0\2\0\0", 8) + link,
            size + string("\0\2\1f\0\xff\0\0", 8) + directory,
            string{1, 2},
            size + directory + directory,
            size + string("\0\1\1d\0\1\1d", 8)};
}

}  // namespace

constinit const Target mkfs = {"mkfs", 512, run, seeds};

}  // namespace fuzz
