// mkfs: creates a file system image with the given files in its root directory, and the device nodes.
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "abi/devices.h"
#include "mkfs/image.h"

namespace {

constexpr const char kUsage[] =
    "usage: mkfs [--size BLOCKS] [--inodes N] [--link NEW=OLD] IMAGE FILE...\n"
    "Writes a file system of BLOCKS blocks of 1024 bytes (default 16384) with N inodes (default 512) to "
    "IMAGE.\n"
    "Each FILE goes to the root directory under its base name, without a leading underscore; a folder goes "
    "there with\n"
    "all that is in it. NEW is a further name there of the file OLD; FOLDER/NEW is one in a folder.\n"
    "nx6 is free software under the MIT license: see the file LICENSE.\n";

struct Options {
    uint32_t blocks = 16384;
    uint32_t inodes = 512;
    std::string image;
    std::vector<std::filesystem::path> files;
    std::vector<std::pair<std::string, std::string>> links;  // new, old
    bool help = false;
};

uint32_t number(const std::string& option, const char* text, uint32_t least, uint32_t most) {
    uint32_t value = 0;
    const char* end = text ? text + std::strlen(text) : nullptr;
    const auto [at, error] = std::from_chars(text, end, value);
    if (!text || error != std::errc() || at != end || value < least || value > most) {
        throw ImageError(option + " needs a number from " + std::to_string(least) + " to " +
                         std::to_string(most) + "; see mkfs --help");
    }
    return value;
}

std::pair<std::string, std::string> link_of(const char* text) {
    const std::string both = text ? text : "";
    const size_t equals = both.find('=');
    if (equals == std::string::npos) throw ImageError("--link needs NEW=OLD; see mkfs --help");
    return {both.substr(0, equals), both.substr(equals + 1)};
}

Options parse(char** argv) {
    Options o;
    while (const char* argument = *++argv) {
        const std::string a = argument;
        if (a == "--help" || a == "-h")
            o.help = true;
        else if (a == "--size")
            o.blocks = number(a, argv[1] ? *++argv : nullptr, 256, 4u << 20);
        else if (a == "--inodes")
            o.inodes = number(a, argv[1] ? *++argv : nullptr, 2, 65535);
        else if (a == "--link")
            o.links.push_back(link_of(argv[1] ? *++argv : nullptr));
        else if (a.starts_with("-"))
            throw ImageError("unknown option " + a + "; see mkfs --help");
        else if (o.image.empty())
            o.image = a;
        else
            o.files.push_back(a);
    }
    if (o.image.empty() && !o.help) throw ImageError("missing IMAGE; see mkfs --help");
    return o;
}

std::vector<uint8_t> read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw ImageError(path.string() + ": " + std::strerror(errno));
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string guest_name(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with("_") ? name.substr(1) : name;
}

// Writes only the used blocks; the rest of the file is a hole.
void write_image(const Image& image, const std::string& path) {
    if (std::filesystem::is_directory(path))
        throw ImageError(path + ": a folder; give the image file's name");
    const std::string scratch = path + ".new";
    {
        std::ofstream out(scratch, std::ios::binary | std::ios::trunc);
        if (!out) throw ImageError(scratch + ": " + std::strerror(errno));
        out.write(reinterpret_cast<const char*>(image.bytes().data()),
                  std::streamsize{image.used_blocks()} * BSIZE);
        if (!out.flush()) throw ImageError(scratch + ": write error");
    }
    std::filesystem::resize_file(scratch, image.bytes().size());
    std::filesystem::rename(scratch, path);  // a running kernel keeps the old image
}

// Adds a file, or a folder with all that is in it. The order does not depend on the host's file system.
void add(Image& image, uint32_t parent, const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path)) {
        const std::vector<uint8_t> content = read_file(path);
        const bool program = content.size() > 4 && std::memcmp(content.data(),
                                                               "\x7f"
                                                               "ELF",
                                                               4) == 0;
        return image.add_file(parent, guest_name(path), content, program ? 0755 : 0644);
    }
    const uint32_t folder = image.add_directory(parent, guest_name(path));
    std::set<std::filesystem::path> inside;
    for (const auto& entry : std::filesystem::directory_iterator(path)) inside.insert(entry.path());
    for (const auto& entry : inside) add(image, folder, entry);
}

void make_image(const Options& o) {
    Image image(o.blocks, o.inodes);
    image.add_device(ROOTINO, "console", DEV_CONSOLE, 0);
    image.add_device(image.add_directory(ROOTINO, "dev"), "vsock", DEV_VSOCK, 0);
    image.add_directory(ROOTINO, "tmp");
    for (const auto& file : o.files) add(image, ROOTINO, file);
    for (const auto& [name, old] : o.links) {
        const size_t slash = name.find('/');
        const bool in_folder = slash != std::string::npos;
        const uint32_t parent = in_folder ? image.directory(ROOTINO, name.substr(0, slash)) : ROOTINO;
        image.add_link(parent, in_folder ? name.substr(slash + 1) : name, old);
    }
    image.finish();
    write_image(image, o.image);
}

}  // namespace

int main(int, char** argv) try {
    const Options options = parse(argv);
    if (options.help)
        std::fputs(kUsage, stdout);
    else
        make_image(options);
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "mkfs: %s\n", e.what());
    return 1;
}
