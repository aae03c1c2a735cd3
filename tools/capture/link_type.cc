#include "capture/link_type.h"

namespace capture {
namespace {

struct Name {
    u16 number;
    const char* text;
};

constexpr Name kNames[] = {
    {0, "BSD loopback"},
    {1, "Ethernet"},
    {3, "AX.25"},
    {6, "IEEE 802.5 Token Ring"},
    {7, "ARCNET"},
    {8, "SLIP"},
    {9, "PPP"},
    {10, "FDDI"},
    {12, "raw IP"},
    {14, "raw IP"},
    {50, "PPP in HDLC-like framing"},
    {51, "PPPoE"},
    {100, "ATM with LLC"},
    {101, "raw IP"},
    {104, "Cisco HDLC"},
    {105, "IEEE 802.11"},
    {107, "Frame Relay"},
    {108, "OpenBSD loopback"},
    {113, "Linux cooked"},
    {114, "LocalTalk"},
    {117, "OpenBSD pflog"},
    {119, "IEEE 802.11 with Prism header"},
    {127, "IEEE 802.11 with radiotap header"},
    {129, "ARCNET on Linux"},
    {138, "IP over IEEE 1394"},
    {143, "DOCSIS"},
    {144, "Linux IrDA"},
    {163, "IEEE 802.11 with AVS header"},
    {166, "PPP on Linux with direction"},
    {187, "Bluetooth HCI H4"},
    {189, "USB on Linux"},
    {192, "PPI"},
    {195, "IEEE 802.15.4"},
    {196, "SITA"},
    {201, "Bluetooth HCI H4 with direction"},
    {202, "AX.25 with KISS header"},
    {203, "LAPD"},
    {204, "PPP with direction"},
    {209, "I2C on Linux"},
    {215, "IEEE 802.15.4 with PHY header"},
    {220, "USB on Linux, padded"},
    {224, "Fibre Channel FC-2"},
    {226, "Solaris IPNET"},
    {227, "SocketCAN"},
    {228, "raw IPv4"},
    {229, "raw IPv6"},
    {230, "IEEE 802.15.4 without FCS"},
    {231, "D-Bus"},
    {239, "NFLOG"},
    {242, "IP over InfiniBand"},
    {247, "InfiniBand"},
    {248, "SCTP"},
    {249, "USBPcap"},
    {251, "Bluetooth LE"},
    {252, "Wireshark upper PDU"},
    {253, "netlink"},
    {254, "Bluetooth Linux monitor"},
    {256, "Bluetooth LE with PHY header"},
    {258, "Apple PKTAP"},
    {266, "USB on macOS"},
    {270, "LoRaTap"},
    {271, "virtio vsock"},
    {272, "Nordic Bluetooth LE sniffer"},
    {276, "Linux cooked version 2"},
    {283, "IEEE 802.15.4 with TAP header"},
    {288, "USB 2.0"},
};

}  // namespace

std::string describe_link_type(u16 number) {
    std::string text = "link type " + std::to_string(number);
    for (const Name& n : kNames) {
        if (n.number == number) return text + " (" + n.text + ")";
    }
    return number >= 147 && number <= 162 ? text + " (private use)" : text + " (unknown)";
}

}  // namespace capture
