"""Shared by the makers of frames: random values of the types in headers, and checksums."""
import random
import struct

TAKEN = (4754, *range(12000, 12005))  # GRE and LLC over UDP


class Draw(random.Random):
    """The same seed gives the same frames on every machine."""

    def u8(self):
        return self.randrange(1 << 8)

    def u16(self):
        return self.choice((0, 1, 0xffff, self.randrange(1 << 16), self.randrange(1 << 16)))

    def u32(self):
        return self.choice((0, 1, 0xffffffff, self.randrange(1 << 32), self.randrange(1 << 32)))

    def likely(self, probability=0.5):
        return self.random() < probability

    def some(self, most):
        """0 to `most` bytes."""
        return self.randbytes(self.choice((0, 1, 2, 3, 4, self.randint(0, most))))

    def mac(self):
        return bytes([self.u8() & 0xfe]) + self.randbytes(5)

    def ipv4(self):
        return self.choice((bytes((10, 0, 2, self.u8())), bytes((self.randint(1, 223),)) + self.randbytes(3)))

    def ipv6(self):
        return self.choice((b"\xfe\x80" + bytes(6) + self.randbytes(8), b"\x20\x01\x0d\xb8" + self.randbytes(12),
                            bytes(10) + b"\xff\xff" + self.ipv4(), bytes(15) + b"\x01",
                            b"\x20\x01\x0d\xb8" + bytes(10) + self.randbytes(2)))

    def port(self):
        """None that means anything: those are drawn where the protocol is."""
        port = self.choice((self.randint(1024, 5000), self.randint(10000, 65535)))
        return 9999 if port in TAKEN else port

    def label(self):
        return "".join(self.choice("abcdefghijklmnopqrstuvwxyz0123456789-") for _ in range(self.randint(1, 12))).encode()


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def with_checksum(message, at, before=b"", zero=0):
    """The message with its checksum; `before` is the pseudo header, `zero` replaces a checksum of zero."""
    message = message[:at] + b"\0\0" + message[at + 2:]
    return message[:at] + struct.pack("!H", checksum(before + message) or zero) + message[at + 2:]
