#include "sys/network.h"

#include "abi/devices.h"
#include "abi/vm_sockets.h"
#include "dev/nic.h"
#include "dev/virtio/vsock.h"
#include "fs/device.h"
#include "ipc/local_family.h"
#include "lib/late_init.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "net/tcp/congestion.h"
#include "proc/sched.h"
#include "sys/boot_arguments.h"

namespace {

constinit LateInit<net::Stack> stack{};
constinit LateInit<ipc::LocalFamily> local_family{};

// The boot argument `name`, or `fallback` if it is not given or empty.
struct Option {
    char text[32];
    Option(const char* name, const char* fallback) {
        if (boot_argument(name, text, sizeof text) && *text) return;
        memcpy(text, fallback, strlen(fallback) + 1);
    }
};

net::DumpMode dump_mode(const char* text) {
    if (strcmp(text, "full") == 0) return net::DumpMode::Full;
    return strcmp(text, "brief") == 0 ? net::DumpMode::Brief : net::DumpMode::Off;
}

// The kernel has no compiler for filters: the boot argument is a compiled one.
void start_dump() {
    const TextView numbers = boot_argument_text("dumpfilter");
    net::FilterPage filter;
    if (!numbers.empty()) {
        auto loaded = net::FilterPage::from_numbers(numbers);
        if (!loaded.ok())
            log("boot argument dumpfilter is ignored: it is no valid program for the packet filter");
        filter = std::move(loaded).value();
    }
    stack->dump().set(dump_mode(Option("dump", "off").text), std::move(filter));
}

i64 number(const char* digits) {
    i64 n = 0;
    for (; *digits; digits++) n = n * 10 + (*digits - '0');
    return n;
}

void add_interface(dev::Nic& nic, net::Ipv4Prefix address, net::Ipv4Addr gateway) {
    const Result<net::Interface*> added = stack->add_interface(nic, address, gateway);
    const Result<> opened = added.ok() ? nic.open() : Result<>(added.error());
    if (!opened.ok()) return log("%s: not opened: %s", nic.name(), describe(opened.error()));
    if (address.addr.is_any())
        return log("%s: no address; ifconfig %s ADDRESS/LENGTH gives it one", nic.name(), nic.name());
    const bool has_gateway = gateway != net::Ipv4Addr();
    log("%s: %s/%u%s%s", nic.name(), net::format_addr(address.addr).text, address.length,
        has_gateway ? " via " : "", has_gateway ? net::format_addr(gateway).text : "");
}

// The first NIC has the default gateway. With ip=dhcp it gets its address and gateway later, from a program.
void add_first_interface(dev::Nic& nic) {
    const auto address = net::Ipv4Prefix::parse(Option("ip", "10.0.2.15/24").text);
    if (!address) return add_interface(nic, {}, {});
    add_interface(nic, *address, *net::Ipv4Addr::parse(Option("gw", "10.0.2.2").text));
}

// The second NIC's address is the boot argument ip1, the third's ip2, and so on; default: none.
void add_further_interface(dev::Nic& nic, usize index) {
    char name[] = "ip0";
    name[2] = static_cast<char>('0' + index);
    const auto address = net::Ipv4Prefix::parse(Option(name, "").text);
    add_interface(nic, address ? *address : net::Ipv4Prefix{}, {});
}

// As in Linux, /dev/vsock answers without a vsock device, too: then the CID is VMADDR_CID_ANY.
Result<> ioctl_vsock(u32 request, UserAddr argument) {
    if (request != IOCTL_VM_SOCKETS_GET_LOCAL_CID) return Errno::NotTty;
    const u32 cid = stack->vsock().cid();
    return mm::copy_out(argument, &cid, sizeof cid);
}

void start_vsock() {
    fs::device_register(DEV_VSOCK, {.ioctl = ioctl_vsock});
    net::VsockDevice* device = dev::virtio_vsock_probe();
    if (!device) return;
    Result<> opened = stack->vsock().add_device(*device);
    if (opened.ok()) opened = dev::virtio_vsock_open();
    if (!opened.ok()) log("%s: not opened: %s", device->name(), describe(opened.error()));
}

// An idle hart polls the devices and the transmit rings of channels.
void begin_poll() {
    dev::rx_threads_begin_poll();
    stack->channels().ring_poll().begin();
}
bool poll_once() { return dev::rx_threads_poll() || stack->channels().ring_poll().look(); }
void end_poll() {
    stack->channels().ring_poll().end();
    dev::rx_threads_end_poll();
}

[[noreturn]] void serve_rings(void*) {
    for (;;) stack->channels().ring_poll().serve();
}

void start_polling() {
    if (arch::hart_count > 1 && !kthread_create("channels", serve_rings, nullptr))
        return log("an idle hart does not poll: no memory for a thread");
    scheduler.set_idle_poll({begin_poll, poll_once, end_poll},
                            microseconds(number(Option("poll", "100").text)));
}

void add_interfaces(std::span<dev::Nic* const> nics) {
    if (nics.empty()) return log("no network card: the network stays down");
    add_first_interface(*nics[0]);
    for (usize i = 1; i < nics.size(); i++) add_further_interface(*nics[i], i);
}

}  // namespace

net::Stack& network() { return *stack; }

void network_init() {
    stack.emplace();
    stack->add_family(AF_UNIX, local_family.emplace());
    fs::File::on_watched_drop(ipc::collect_garbage);
    dev::nic_init_all();
    start_vsock();
    start_dump();
    (void)net::set_default_congestion_control(Option("congestion", "cubic").text);
    add_interfaces(dev::nics());
    start_polling();
}

ifinfo describe_interface(net::Interface& interface) {
    const net::NetDevice& device = interface.device();
    const net::NetDeviceCounters c = device.counters();
    ifinfo info{};
    memcpy(info.name, device.name(), strnlen(device.name(), sizeof info.name - 1));
    memcpy(info.mac, interface.mac().bytes, sizeof info.mac);
    info.link_up = device.link_up();
    const net::Interface::Settings settings = interface.settings();
    info.prefix_length = settings.address.length;
    info.addr = settings.address.addr.value();
    info.up = settings.up;
    info.gateway = interface.inet().routes().gateway(interface).value();
    info.mtu = static_cast<u32>(interface.mtu());
    info.rx_packets = c.rx_packets, info.rx_bytes = c.rx_bytes;
    info.tx_packets = c.tx_packets, info.tx_bytes = c.tx_bytes;
    info.rx_no_mbuf = c.rx_no_mbuf, info.rx_bad = c.rx_bad, info.rx_missed = c.rx_missed;
    info.tx_ring_full = c.tx_ring_full, info.tx_bad = c.tx_bad;
    info.interrupts = c.interrupts;
    return info;
}
