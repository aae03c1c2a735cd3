// The names of states, packets and verdicts.
#include "net/vsock/engine.h"

namespace net {

const char* name_of(VsockState s) {
    switch (s) {
        case VsockState::Closed: return "CLOSED";
        case VsockState::Connecting: return "CONNECTING";
        case VsockState::Accepting: return "ACCEPTING";
        case VsockState::Established: return "ESTABLISHED";
        case VsockState::Closing: return "CLOSING";
    }
    return "?";
}

const char* name_of(VsockOp op) {
    switch (op) {
        case VsockOp::Request: return "REQUEST";
        case VsockOp::Response: return "RESPONSE";
        case VsockOp::Reset: return "RST";
        case VsockOp::Shutdown: return "SHUTDOWN";
        case VsockOp::Data: return "RW";
        case VsockOp::CreditUpdate: return "CREDIT_UPDATE";
        case VsockOp::CreditRequest: return "CREDIT_REQUEST";
    }
    return "an unknown op";
}

const char* text_of(VsockVerdict v) {
    switch (v) {
        case VsockVerdict::Done:
        case VsockVerdict::Data: return "accepted";
        case VsockVerdict::Discarded: return "data that nobody reads any more";
        case VsockVerdict::Empty: return "empty data";
        case VsockVerdict::WrongOp: return "an op that is unknown or not allowed now";
        case VsockVerdict::WrongType: return "not the type of this connection";
        case VsockVerdict::Overrun: return "more data than credit";
        case VsockVerdict::FalseCredit: return "credit for data that were not sent";
    }
    return "?";
}

}  // namespace net
