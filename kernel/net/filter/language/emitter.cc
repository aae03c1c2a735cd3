#include "net/filter/language/emitter.h"

namespace net::language {
namespace {

constexpr u32 kAcceptAll = 262144;  // tcpdump's: how many bytes of the packet to keep
constexpr u32 kFarthest = 255;      // that a conditional jump skips

}  // namespace

std::span<const bpf_insn> Emitter::run(std::span<bpf_insn> room) {
    room_ = room;
    for (Place& p : places_) p = {};
    size_ = 0;
    full_ = false;
    now_ = {};
    arrive(graph_.entry());
    for (BlockId b = graph_.entry(); b >= kFirstBlock; b--) {
        if (places_[b].reached) generate(b);
    }
    // Jumps go forward: from the end to the beginning, each target has its place before the jump.
    front_ = room_.size();
    place_return(kReject);
    place_return(kAccept);
    for (usize b = kFirstBlock; b < graph_.size(); b++) {
        if (places_[b].reached) place(static_cast<BlockId>(b));
    }
    if (full_) return {};
    return room_.subspan(front_);
}

// --- the code of one block

void Emitter::generate(BlockId b) {
    const Node& test = tree_[graph_[b].test];
    now_ = places_[b].registers;
    scratch_ = 0;
    places_[b].begin = static_cast<u16>(size_);
    const u16 code = BPF_JMP | test.operation;
    if (tree_.is_constant(test.right)) {
        value(test.left);
        add(code, tree_[test.right].value);
    } else {
        operands(test.left, test.right);
        add(code | BPF_X);
    }
    places_[b].end = static_cast<u16>(size_);
    arrive(graph_[b].yes);
    arrive(graph_[b].no);
}

void Emitter::arrive(BlockId b) {
    Place& p = places_[b];
    if (!p.reached) p.registers = now_;
    if (p.registers.a != now_.a) p.registers.a = kNone;
    if (p.registers.x != now_.x) p.registers.x = kNone;
    p.reached = true;
}

// Into A. The recursion is at most Tree::kMaxHeight deep.
void Emitter::value(NodeId id) {
    if (now_.a == id) return;
    const Node& n = tree_[id];
    switch (n.kind) {
        case NodeKind::Constant: add(BPF_LD | BPF_IMM, n.value); break;
        case NodeKind::Length: add(BPF_LD | BPF_LEN); break;
        case NodeKind::Load: load(n); break;
        case NodeKind::Binary: binary(n); break;
        case NodeKind::Negate:
            value(n.left);
            add(BPF_ALU | BPF_NEG);
            break;
        default: break;  // the parser makes no others
    }
    now_.a = id;
}

void Emitter::load(const Node& n) {
    const u16 code = BPF_LD | n.operation;
    if (n.left == kNone && n.right == kNone) return add(code | BPF_ABS, n.value);
    if (n.left == kNone) {
        header_length(n.right);
        return add(code | BPF_IND, n.value);
    }
    value(n.left);
    if (n.right != kNone) {
        header_length(n.right);
        add(BPF_ALU | BPF_ADD | BPF_X);
    }
    add(BPF_MISC | BPF_TAX);
    now_.x = n.right == kNone ? n.left : kNone;
    add(code | BPF_IND, n.value);
}

void Emitter::header_length(NodeId id) {
    if (now_.x == id) return;
    add(BPF_LDX | BPF_B | BPF_MSH, tree_[id].value);
    now_.x = id;
}

void Emitter::binary(const Node& n) {
    const u16 code = BPF_ALU | n.operation;
    if (tree_.is_constant(n.right)) {
        value(n.left);
        return add(code | BPF_K, tree_[n.right].value);
    }
    operands(n.left, n.right);
    add(code | BPF_X);
}

// `left` into A and `right` into X.
void Emitter::operands(NodeId left, NodeId right) {
    if (tree_[left].needs_x) {
        value(right);
        const u32 word = scratch_++;
        add(BPF_ST, word);
        value(left);
        add(BPF_LDX | BPF_MEM, word);
        scratch_ = word;
    } else if (now_.x != right) {
        value(right);
        add(BPF_MISC | BPF_TAX);
        now_.x = right;
        value(left);
    } else {
        value(left);
    }
    now_.x = right;
}

void Emitter::add(u16 code, u32 k) {
    full_ |= size_ == kMaxCode;
    if (!full_) code_[size_++] = {code, 0, 0, k};
}

// --- the order of the blocks

void Emitter::put(const bpf_insn& i) {
    full_ |= front_ == 0;
    if (!full_) room_[--front_] = i;
}

void Emitter::place_return(BlockId verdict) {
    if (!places_[verdict].reached) return;
    put({BPF_RET | BPF_K, 0, 0, verdict == kAccept ? kAcceptAll : 0});
    places_[verdict].at = static_cast<u16>(front_);
}

bool Emitter::same_code(BlockId a, BlockId b) const {
    const Place &p = places_[a], &q = places_[b];
    if (p.end - p.begin != q.end - q.begin) return false;
    for (usize i = p.begin, j = q.begin; i < p.end; i++, j++) {
        if (code_[i].code != code_[j].code || code_[i].k != code_[j].k) return false;
    }
    return true;
}

// Uses the place of a block that does the same. It is farther back, so jumps to it still go forward.
bool Emitter::share_place(BlockId b) {
    const auto leads_to = [&](BlockId from, BlockId to) { return places_[from].at == places_[to].at; };
    for (BlockId o = kFirstBlock; o < b; o++) {
        if (!places_[o].reached || !same_code(o, b)) continue;
        if (!leads_to(graph_[o].yes, graph_[b].yes) || !leads_to(graph_[o].no, graph_[b].no)) continue;
        places_[b].at = places_[o].at;
        return true;
    }
    return false;
}

// The instruction that leads to the target: itself, or a jump of any length if it is too far for a
// conditional one.
usize Emitter::within_reach(BlockId target) {
    constexpr usize kOtherJumps = 2;  // that may come between
    const usize skipped = places_[target].at - front_;
    if (skipped + kOtherJumps <= kFarthest) return places_[target].at;
    put({BPF_JMP | BPF_JA, 0, 0, static_cast<u32>(skipped)});
    return front_;
}

void Emitter::place(BlockId b) {
    if (share_place(b)) return;
    const usize no = within_reach(graph_[b].no), yes = within_reach(graph_[b].yes);
    bpf_insn jump = code_[places_[b].end - 1];
    jump.jt = static_cast<u8>(yes - front_);
    jump.jf = static_cast<u8>(no - front_);
    put(jump);
    for (usize i = places_[b].end - 1u; i-- > places_[b].begin;) put(code_[i]);
    places_[b].at = static_cast<u16>(front_);
}

}  // namespace net::language
