// fsck: checks a file system image. It repairs nothing: a mount repairs the effects of a crash; other errors
// come from a bug or a bad disk.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "mkfs/check.h"

namespace {

constexpr const char kUsage[] =
    "usage: fsck [-v] IMAGE\n"
    "Checks an nx6 file system image in the state after the next mount: superblock, log, "
    "inodes,\n"
    "directories, link counts, and whether each block has exactly one owner. Changes nothing.\n"
    "  -v   also print blocks and inodes in use, and the state of the log\n"
    "Status: 0 the image is sound, 1 it is not, 2 it could not be read.\n"
    "nx6 is free software under the MIT license: see the file LICENSE.\n";

struct Options {
    bool verbose = false, help = false;
    std::string image;
};

Options parse(char** argv) {
    Options o;
    while (const char* argument = *++argv) {
        const std::string a = argument;
        if (a == "-h" || a == "--help")
            o.help = true;
        else if (a == "-v")
            o.verbose = true;
        else if (a.starts_with("-") || !o.image.empty())
            throw std::runtime_error("expected one IMAGE and the option -v; see fsck --help");
        else
            o.image = a;
    }
    if (o.image.empty() && !o.help) throw std::runtime_error("missing IMAGE; see fsck --help");
    return o;
}

std::vector<uint8_t> read_image(const std::string& path) {
    if (std::filesystem::is_directory(path))
        throw std::runtime_error(path + ": a folder; give an image file");
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(path + ": " + std::strerror(errno));
    std::vector<uint8_t> bytes(std::filesystem::file_size(path));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in) throw std::runtime_error(path + ": read error");
    return bytes;
}

void print_contents(const Census& c) {
    const superblock& s = c.layout;
    std::printf("blocks: %u of %u in use, and %u for the file system itself\n", c.blocks,
                s.size - s.datastart, s.datastart);
    std::printf("inodes: %u of %u in use: %u files, %u directories, %u devices", c.inodes,
                s.ninodes - ROOTINO, c.files, c.directories, c.devices);
    if (c.sockets) std::printf(", %u sockets", c.sockets);
    std::printf("\n");
    std::printf("log: %s\n", c.log.c_str());
}

int report(const Options& o, const Census& c) {
    for (const std::string& words : c.complaints) std::printf("%s\n", words.c_str());
    if (o.verbose && c.inodes) print_contents(c);
    for (const std::string& words : c.notes) {
        if (o.verbose) std::printf("note: %s\n", words.c_str());
    }
    if (c.complaints.empty())
        std::printf("%s: sound\n", o.image.c_str());
    else
        std::printf("%s: NOT SOUND, %zu complaints\n", o.image.c_str(), c.complaints.size());
    return c.complaints.empty() ? 0 : 1;
}

}  // namespace

int main(int, char** argv) try {
    const Options options = parse(argv);
    if (!options.help) return report(options, check_image(read_image(options.image)));
    std::fputs(kUsage, stdout);
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "fsck: %s\n", e.what());
    return 2;
}
