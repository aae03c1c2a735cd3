// The kernel's file system on a damaged disk: mounts it and uses it, while reads, writes and allocations
// fail. On a disk that was sound, it must be sound again afterwards, whatever has failed.
#include "fs_fixture.h"
#include "tests/fuzz/damage.h"

namespace fuzz {
namespace {

enum Act : u8 {
    kReadFile,
    kWriteFile,
    kMakeDirectory,
    kUnlink,
    kLink,
    kRename,
    kTruncate,
    kOpen,
    kClose,
    kPages,
    kReads,
    kWrites,
    kMountAgain,
    kActs
};

constexpr const char* kPaths[] = {
    "d", "d/e", "d/f", "g", "h", "new", "d/new", "d/e/new", "dev", "/", "..", "d/../d/./e/..", "d/e/f/g", ""};

class Disk {
  public:
    explicit Disk(Bytes input) : in_(input), image_(sound_image()) {
        damage(image_, in_);
        was_sound_ = check_image(image_).complaints.empty();
    }
    ~Disk() {
        open_.clear();
        mounted_.reset();
        must(fake::pages_in_use() == pages_, "all pages are freed");
    }

    void run() {
        mount(image_);
        for (int acts = 0; !in_.ends() && acts < 60 && is_usable(); acts++)
            act(static_cast<Act>(in_.byte() % kActs));
        limit_nothing();
        open_.clear();
        mounted_->unmount();
        if (!was_sound_) return;
        const Census census = mounted_->check();
        for (const std::string& c : census.complaints) std::fprintf(stderr, "%s\n", c.c_str());
        must(census.complaints.empty(), "a sound disk stays sound");
    }

  private:
    void mount(std::vector<u8> image) {
        mounted_.reset();
        mounted_ = std::make_unique<Mounted>(std::move(image));
        must(mounted_->mounted.ok() || !was_sound_, "a sound disk can be mounted");
    }
    bool is_usable() const { return mounted_->mounted.ok() && mounted_->root; }
    void limit_nothing() {
        fake::set_page_limit(1L << 30);
        mounted_->disk->reads_left = mounted_->disk->writes_left = -1;
    }
    std::string path() { return in_.one_of(kPaths); }

    void act(Act a) {
        Mounted& m = *mounted_;
        switch (a) {
            case kReadFile: return read();
            case kWriteFile: return write();
            case kMakeDirectory: return (void)m.mkdir(path());
            case kUnlink: return (void)m.unlink(path());
            case kLink:
                return two([&](const std::string& from, const std::string& to) { (void)m.link(from, to); });
            case kRename:
                return two([&](const std::string& from, const std::string& to) { (void)m.rename(from, to); });
            case kTruncate: return truncate();
            case kOpen: return open();
            case kClose:
                if (!open_.empty()) open_.pop_back();
                return;
            case kPages:
                return fake::set_page_limit(in_.flag() ? fake::pages_in_use() + in_.byte() % 4 : 1L << 30);
            case kReads: m.disk->reads_left = in_.flag() ? in_.byte() % 8 : -1; return;
            case kWrites: m.disk->writes_left = in_.flag() ? in_.byte() % 8 : -1; return;
            default: return mount_again();
        }
    }
    template <class F>
    void two(F f) {
        const std::string from = path();
        f(from, path());
    }
    void mount_again() {
        limit_nothing();
        open_.clear();
        mounted_->unmount();
        mount(mounted_->disk->bytes());
    }
    void open() {
        static constexpr int kFlags[] = {kRead,
                                         kReadWrite,
                                         kReadWrite | kCreate,
                                         kReadWrite | kCreate | kTruncate,
                                         kWrite | kAppend,
                                         kRead | kDirectory,
                                         kCreate | kExclusive};
        const std::string name = path();
        auto f = mounted_->open(name, in_.one_of(kFlags));
        if (f.ok() && open_.size() < 8) open_.push_back(std::move(f).value());
    }
    fs::File* file() { return open_.empty() ? nullptr : open_[in_.byte() % open_.size()].get(); }
    void read() {
        fs::File* f = file();
        if (!f || !f->readable) return;
        if (in_.flag()) f->offset = in_.half() * u64{1024};
        (void)Mounted::read(*f, in_.half());
    }
    void write() {
        fs::File* f = file();
        if (!f || !f->writable) return;
        if (in_.flag()) f->offset = in_.half() * u64{1024};
        (void)Mounted::write(*f, std::string(in_.half(), 'x'));
    }
    // ftruncate() takes a descriptor that may write, and so no directory.
    void truncate() {
        const std::string name = path();
        const u64 size = in_.half() * u64{in_.byte()};
        if (mounted_->open(name, kReadWrite).ok()) (void)mounted_->truncate(name, size);
    }

    Input in_;
    std::vector<u8> image_;
    bool was_sound_;
    const long pages_ = fake::pages_in_use();
    std::unique_ptr<Mounted> mounted_;
    std::vector<Ref<fs::File>> open_;
};

void run(Bytes input) { Disk(input).run(); }

std::vector<std::string> seeds() {
    using std::string;
    const string none(1, 0), use{kOpen, 2, 1, kReadFile, 0, 0, 0, 1, kWriteFile, 0, 1, 2, 0, 0, 2, kClose};
    const string fresh{kOpen, 5, 2, kWriteFile, 0,         0, 0, 80, kClose, kTruncate,
                       5,     0, 1, 5,          kTruncate, 5, 0, 0,  0};
    const string tree{kMakeDirectory, 5, kLink,   3, 6,       kRename, 2, 5, kRename, 1, 6,
                      kUnlink,        4, kUnlink, 3, kUnlink, 9};
    const string orphan{kOpen, 2, 1, kUnlink, 2, kUnlink, 4, kMountAgain};
    return {none + use + fresh + tree + orphan,
            none + string{kReads, 1, 5} + use + string{kReads, 0, kWrites, 1, 3} + fresh + tree +
                string{kWrites, 0} + orphan,
            none + string{kPages, 1, 2} + use + fresh + string{kPages, 0} + tree,
            string{1, 3, 2, 0, 2, 3, 0} + use + tree,               // the type of an inode
            string{1, 3, 4, 24, 4, '\xff', 0, 0, 0} + use + fresh,  // a block of a file
            string{1, 4, 16, 2, 0, 0} + fresh + tree,               // the bitmap
            string{1, 5, 0, 0, 0, 2, 0, 0} + tree + use,            // entries of a directory
            string{1, 0, 0, 4, 4, 0, 1, 0, 0} + use,
            string{1, 1, 8, 1, 3} + use};
}

}  // namespace

constinit const Target disk = {"disk", 512, run, seeds};

}  // namespace fuzz
