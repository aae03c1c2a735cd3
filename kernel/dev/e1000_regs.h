// The 82540EM's registers, their bits, and its descriptors in memory, as far as the driver uses them. Names
// and numbers are from Intel's "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual"
// (317453), chapters 3 (descriptors) and 13 (registers).
#pragma once

#include "lib/types.h"

namespace dev {

enum class E1000Reg : u32 {
    Ctrl = 0x0000,    // device control
    Status = 0x0008,  // device status
    Eerd = 0x0014,    // EEPROM read
    Icr = 0x00c0,     // interrupt cause; reading it clears every cause
    Ims = 0x00d0,     // interrupt mask set: a 1 enables the cause
    Imc = 0x00d8,     // interrupt mask clear: a 1 disables the cause
    Rctl = 0x0100,    // receive control
    Tctl = 0x0400,    // transmit control
    Tipg = 0x0410,    // transmit inter-packet gap
    Rdbal = 0x2800,   // receive descriptor base, low and high half
    Rdbah = 0x2804,
    Rdlen = 0x2808,  // bytes of receive descriptors, a multiple of 128
    Rdh = 0x2810,    // receive head: the hardware's position
    Rdt = 0x2818,    // receive tail: one beyond the hardware's last descriptor
    Tdbal = 0x3800,  // the same for transmit
    Tdbah = 0x3804,
    Tdlen = 0x3808,
    Tdh = 0x3810,
    Tdt = 0x3818,
    Mpc = 0x4010,   // missed packets count: the receiver had no room
    Mta = 0x5200,   // multicast table array, 128 words
    Ral0 = 0x5400,  // receive address 0: the low four bytes of our MAC address
    Rah0 = 0x5404,  // its high two bytes, and "address valid"
};
inline constexpr u32 kE1000MtaWords = 128;

namespace ctrl {
inline constexpr u32 kAsde = 1u << 5;  // auto-speed detection
inline constexpr u32 kSlu = 1u << 6;   // set link up
inline constexpr u32 kRst = 1u << 26;  // reset, self-clearing
}  // namespace ctrl

namespace status {
inline constexpr u32 kLu = 1u << 1;  // link up
}

namespace eerd {
inline constexpr u32 kStart = 1u << 0;
inline constexpr u32 kDone = 1u << 4;
inline constexpr unsigned kAddressShift = 8;
inline constexpr unsigned kDataShift = 16;
}  // namespace eerd

namespace icr {                        // also the bits of IMS and IMC
inline constexpr u32 kTxdw = 1u << 0;  // a transmit descriptor was written back
inline constexpr u32 kLsc = 1u << 2;   // link status change
inline constexpr u32 kRxo = 1u << 6;   // receiver overrun
inline constexpr u32 kRxt0 = 1u << 7;  // a frame was received
}  // namespace icr

namespace rctl {
inline constexpr u32 kEn = 1u << 1;
inline constexpr u32 kBam = 1u << 15;       // accept broadcasts
inline constexpr u32 kBsize2048 = 0 << 16;  // buffer size
inline constexpr u32 kSecrc = 1u << 26;     // strip the Ethernet CRC
}  // namespace rctl

namespace tctl {
inline constexpr u32 kEn = 1u << 1;
inline constexpr u32 kPsp = 1u << 3;           // pad short packets
inline constexpr u32 kCt = 0x0fu << 4;         // collision threshold, the value for Ethernet
inline constexpr u32 kColdFull = 0x40u << 12;  // collision distance for full duplex
}  // namespace tctl

// IPGT 8, IPGR1 8, IPGR2 6: the manual's values for copper (13.4.34).
inline constexpr u32 kTipgCopper = 8u | 8u << 10 | 6u << 20;

inline constexpr u32 kRahAddressValid = 1u << 31;

// Descriptors are little-endian, like this machine.
struct RxDescriptor {
    u64 address = 0;  // physical address of the buffer
    u16 length = 0;
    u16 checksum = 0;
    u8 status = 0;  // the hardware writes it last
    u8 errors = 0;
    u16 special = 0;
};
static_assert(sizeof(RxDescriptor) == 16 && offsetof(RxDescriptor, status) == 12);

struct TxDescriptor {
    u64 address = 0;
    u16 length = 0;
    u8 checksum_offset = 0;
    u8 command = 0;
    u8 status = 0;
    u8 checksum_start = 0;
    u16 special = 0;
};
static_assert(sizeof(TxDescriptor) == 16 && offsetof(TxDescriptor, status) == 12);

// The two "extended" descriptors of 3.3.5 to 3.3.7. A context descriptor gives the positions of headers and
// checksums. It is valid for all data descriptors until the next context descriptor.
struct TxContext {
    u8 ip_start = 0;     // IPCSS: first byte of the IP header
    u8 ip_checksum = 0;  // IPCSO: offset of its checksum
    u16 ip_end = 0;      // IPCSE: its last byte
    u8 start = 0;        // TUCSS, TUCSO, TUCSE: the same for TCP; an end of 0 means the packet's end
    u8 checksum = 0;
    u16 end = 0;
    u32 command_length = 0;  // PAYLEN, and the txx bits
    u8 status = 0;
    u8 header_length = 0;  // HDRLEN: bytes of all headers, for segmentation
    u16 mss = 0;
    bool operator==(const TxContext&) const = default;
};
struct TxData {
    u64 address = 0;
    u32 command_length = 0;
    u8 status = 0;
    u8 options = 0;
    u16 special = 0;
};
static_assert(sizeof(TxContext) == 16 && sizeof(TxData) == 16);
static_assert(offsetof(TxContext, status) == 12 && offsetof(TxData, status) == 12);

namespace txx {                                   // in command_length
inline constexpr u32 kData = 1u << 20;            // DTYP: a data descriptor, not a context descriptor
inline constexpr u32 kEndOfPacket = 1u << 24;     // data: EOP
inline constexpr u32 kInsertFcs = 1u << 25;       // data: IFCS
inline constexpr u32 kTcp = 1u << 24;             // context: TCP, not UDP
inline constexpr u32 kIpv4 = 1u << 25;            // context: IPv4, not IPv6
inline constexpr u32 kSegment = 1u << 26;         // TSE, in both
inline constexpr u32 kReportStatus = 1u << 27;    // RS
inline constexpr u32 kExtended = 1u << 29;        // DEXT
inline constexpr u8 kInsertIpChecksum = 1 << 0;   // options IXSM
inline constexpr u8 kInsertTcpChecksum = 1 << 1;  // options TXSM
}  // namespace txx

namespace rxd {
inline constexpr u8 kDone = 1 << 0;         // DD: the hardware is done with the descriptor
inline constexpr u8 kEndOfPacket = 1 << 1;  // EOP: the frame ends in this buffer
// CE, SE, SEQ, CXE, RXE. The other two error bits are for the TCP/UDP and IP checksums.
inline constexpr u8 kFrameErrors = 0x97;
}  // namespace rxd

namespace txd {
inline constexpr u8 kEndOfPacket = 1 << 0;   // command EOP
inline constexpr u8 kInsertFcs = 1 << 1;     // command IFCS: append the CRC
inline constexpr u8 kReportStatus = 1 << 3;  // command RS: set DD when done
inline constexpr u8 kDone = 1 << 0;          // status DD
}  // namespace txd

}  // namespace dev
