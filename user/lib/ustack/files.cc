#include "ustack/files.h"

#include "ustack/system.h"

namespace ustack {

Result<int> Files::install(File& f) {
    const int fd = system::duplicate(channel_);
    if (fd < 0) return Errno{-fd};
    files_[fd] = &f;
    f.descriptors++;
    return fd;
}

Result<int> Files::install_at(File& f, int wanted) {
    const int fd = system::duplicate_to(channel_, wanted);
    if (fd < 0) return Errno{-fd};
    files_[fd] = &f;
    f.descriptors++;
    return fd;
}

File* Files::remove(int fd) {
    File* f = std::exchange(files_[fd], nullptr);
    system::close(fd);
    return --f->descriptors == 0 ? f : nullptr;
}

void Files::close_on_exec() {
    for (int fd = 0; fd < NOFILE; fd++) {
        if (files_[fd]) system::close_on_exec(fd);
    }
}

void Files::forget_all() {
    for (int fd = 0; fd < NOFILE; fd++) {
        if (std::exchange(files_[fd], nullptr)) system::close(fd);
    }
    system::close(channel_);
}

}  // namespace ustack
