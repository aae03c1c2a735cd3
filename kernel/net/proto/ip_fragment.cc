#include "net/proto/ip_fragment.h"

#include <algorithm>

#include "lib/string.h"
#include "net/wire/ether.h"
#include "net/wire/ipv4.h"

namespace net {

Fragments::Fragments(MbufPtr payload, usize mtu)
    : rest_(std::move(payload)), room_(mtu - sizeof(Ipv4Header)) {
    for (const Mbuf* piece = rest_.get(); piece; piece = piece->more()) left_ += piece->length();
}

// Can the mbuf be sent as a fragment without copying? Not if it is much smaller than a full fragment:
// receivers limit the number of fragments of one packet.
bool Fragments::is_good_fragment(const Mbuf& piece) const {
    constexpr usize kHeaders = sizeof(EtherHeader) + sizeof(Ipv4Header);
    const usize length = piece.length();
    if (length > room_ || piece.headroom() < kHeaders) return false;
    return length == left_ || (left_ > room_ && length % 8 == 0 && length >= room_ / 2);
}

MbufPtr Fragments::copy() {
    MbufPtr piece = Mbuf::alloc();
    const usize length = left_ <= room_ ? left_ : room_ & ~usize{7};
    while (piece && piece->length() < length) {
        if (rest_->length() == 0) rest_ = rest_->detach();
        const usize n = std::min(rest_->length(), length - piece->length());
        memcpy(piece->put(n), rest_->data(), n);
        rest_->pull(n);
    }
    return piece;
}

MbufPtr Fragments::take() {
    while (rest_->length() == 0 && left_ > 0) rest_ = rest_->detach();
    MbufPtr piece;
    if (is_good_fragment(*rest_)) {
        MbufPtr behind = rest_->detach();
        piece = std::exchange(rest_, std::move(behind));
    } else {
        piece = copy();
    }
    if (piece) left_ -= piece->length();
    return piece;
}

}  // namespace net
