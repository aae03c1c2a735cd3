// Gives the name servers of a lease to the resolver (posix/resolv_conf.h).
#pragma once

#include "dhcp/lease.h"

namespace dhcp {

// Writes /etc/resolv.conf, and makes the folder if there is none. A reader finds the old file, the new one
// or, for a moment, none, but never a part: the file system has no rename(), so the complete new file gets
// the name after the old one has lost it. No name servers: the file is removed; then the resolver uses the
// boot argument. Returns 0 or a negative error; then the old file may be gone.
int write_resolv_conf(const DhcpLease& lease);
int remove_resolv_conf();

}  // namespace dhcp
