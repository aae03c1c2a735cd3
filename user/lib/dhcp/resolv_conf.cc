#include "dhcp/resolv_conf.h"

#include "posix/resolv_conf.h"
#include "user.h"

namespace dhcp {

static constexpr const char* kNewFile = "/etc/resolv.conf.new";

static int write_lines(int fd, const DhcpLease& lease) {
    char address[16];
    for (u8 i = 0; i < lease.name_server_count; i++) {
        const int n = fprintf(fd, "nameserver %s\n", ip_text(lease.name_servers[i].value(), address));
        if (n < 0) return n;
    }
    return 0;
}

static int ignore(int error, int ignored) { return error == ignored ? 0 : error; }

int remove_resolv_conf() { return ignore(unlink(posix::kResolvConf), -ENOENT); }

int write_resolv_conf(const DhcpLease& lease) {
    if (lease.name_server_count == 0) return remove_resolv_conf();
    if (const int error = ignore(mkdir("/etc"), -EEXIST)) return error;
    const int fd = open(kNewFile, O_WRONLY | O_CREATE | O_TRUNC);
    if (fd < 0) return fd;
    int error = write_lines(fd, lease);
    close(fd);
    if (!error) error = remove_resolv_conf();
    if (!error) error = link(kNewFile, posix::kResolvConf);
    unlink(kNewFile);
    return error;
}

}  // namespace dhcp
