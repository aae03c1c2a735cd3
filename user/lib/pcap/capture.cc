#include "pcap/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "abi/netctl.h"
#include "channel.h"
#include "lib/types.h"
#include "manners.h"
#include "netd.h"
#include "nx6.h"

namespace pcap {
namespace {

constexpr netd_size kSize{0, 256, 256};

// The format: https://www.tcpdump.org/manpages/pcap-savefile.5.html
struct FileHeader {
    u32 magic = 0xa1b2'3c4d;  // with nanoseconds
    u16 major = 2, minor = 4;
    u32 zone = 0, accuracy = 0;
    u32 longest = CHANNEL_BUFFER;
    u32 link = 1;  // Ethernet
};
struct RecordHeader {
    u32 seconds, nanoseconds;
    u32 captured, length;
};

// Collects records, so that many packets need one write().
class PcapFile {
  public:
    explicit PcapFile(int fd) : fd_(fd) {
        const FileHeader header;
        add(&header, sizeof header);
    }
    void record(const void* data, u32 captured, u32 length) {
        const u64 now = walltime();
        const RecordHeader r{static_cast<u32>(now / 1'000'000'000), static_cast<u32>(now % 1'000'000'000),
                             captured, length};
        if (used_ + sizeof r + captured > sizeof room_) flush();
        add(&r, sizeof r);
        add(data, captured);
    }
    // False: the disk is full.
    bool flush() {
        const bool written = used_ == 0 || write(fd_, room_, used_) == static_cast<ssize_t>(used_);
        used_ = 0;
        good_ &= written;
        return good_;
    }

  private:
    void add(const void* from, usize n) {
        memcpy(room_ + used_, from, n);
        used_ += n;
    }

    const int fd_;
    usize used_ = 0;
    bool good_ = true;
    static u8 room_[65536];
};
u8 PcapFile::room_[65536];

// Reads one frame, whose first part is kept. 0: none is there.
int next_frame(channel& c, channel_frame& first, u32& length) {
    if (!channel_receive_part(&c, &first)) return 0;
    length = first.length;
    for (channel_frame part = first; part.more && channel_receive_part(&c, &part);) {
        length += part.length;
        channel_give_back(&c, &part);
    }
    return 1;
}

// Writes what has arrived; returns how many packets.
long write_arrived(channel& c, PcapFile& file, long most) {
    channel_frame first;
    u32 length;
    long n = 0;
    while (n < most && next_frame(c, first, length)) {
        file.record(first.data, first.length, length);
        channel_give_back(&c, &first);
        n++;
    }
    return n;
}

int run(channel& c, const Capture& wanted, int fd) {
    constexpr long kNoLimit = 0x7fff'ffff'ffff'ffff;
    PcapFile file(fd);
    long left = wanted.count ? wanted.count : kNoLimit;
    while (left > 0 && file.flush()) {
        pollfd p{c.fd, POLLIN, 0};
        if (poll(&p, 1, -1) < 0) break;
        left -= write_arrived(c, file, left);
    }
    if (!file.flush()) return complain("cannot write to %s: is the disk full?", wanted.file), 1;
    channel_info info;
    if (ioctl(c.fd, CHANNEL_INFO, &info) == 0 && info.counters.no_buffer)
        complain("%lu packets were lost: they came faster than the file could be written",
                 info.counters.no_buffer);
    printf("%ld packets in %s\n", wanted.count, wanted.file);  // without a count it never ends by itself
    return 0;
}

}  // namespace

int capture(const Capture& wanted) {
    int channel_fd = -1;
    const int error = netd_tap(wanted.program, wanted.instructions, NETCTL_RECEIVED | NETCTL_SENT,
                               wanted.words, &channel_fd, &kSize);
    if (error != NETD_OK) return complain("no packet channel: %s", netd_error(error)), 1;
    channel c;
    if (channel_map(&c, channel_fd) < 0) return complain("cannot map the channel: %s", strerror(errno)), 1;
    for (unsigned i = 0; i < c.memory->buffers && channel_lend(&c, i);) i++;
    unlink(wanted.file);
    const int fd = open(wanted.file, O_CREAT | O_WRONLY);
    if (fd < 0) return complain("cannot write to %s: %s", wanted.file, strerror(errno)), 1;
    return run(c, wanted, fd);
}

}  // namespace pcap
