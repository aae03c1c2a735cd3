#include "pktdump/options.h"

#include <charconv>

namespace pktdump {

const char* const kHelp =
    "usage: pktdump [brief | full] [OPTION...] FILE [EXPRESSION]\n"
    "\n"
    "Prints the packets of a capture in words. FILE is a pcap or pcapng file; - is the standard input. The\n"
    "text is that of the guest's pktdump command. EXPRESSION chooses packets, as tcpdump's does:\n"
    "'tcp port 80 and not host 10.0.2.2' (docs/filter.md).\n"
    "\n"
    "  full, --full     every header field, checksums verified, payload as hex and characters (the default)\n"
    "  brief, --brief   one line for each packet\n"
    "\n"
    "  -c COUNT         stop after COUNT packets\n"
    "  --packets RANGE  only these packets, the first being 1: 7, 5-9 or 5- (to the end)\n"
    "  -w FILE          write the chosen packets to a pcap file and print nothing; - is the standard output\n"
    "  -r FILE          the same as FILE\n"
    "  -d EXPRESSION    print the program that the expression is compiled to; -dd as C, -ddd as numbers\n"
    "\n"
    "  -t               print no time; without any of these: the local time of day (TZ sets the time zone)\n"
    "  -tt              seconds since 1970-01-01 00:00 UTC\n"
    "  -ttt             time since the packet before\n"
    "  -tttt            date and local time of day\n"
    "  -ttttt           time since the first packet\n"
    "  -#, --number     begin each brief line with the packet's number\n"
    "\n"
    "  -l, -U           output each packet at once, also into a file; into a pipe or a terminal it always "
    "is\n"
    "  -n, -nn          ignored: addresses and ports are always printed as numbers\n"
    "  --               the end of the options\n"
    "  -h, --help       this text\n"
    "\n"
    "Link types: Ethernet, raw IP, Linux cooked (1 and 2), BSD and OpenBSD loopback, PPP.\n"
    "\n"
    "Examples:\n"
    "  pktdump packets.pcap                        every packet in full\n"
    "  pktdump brief -c10 -tttt packets.pcap       the first ten, one line each, with date and time\n"
    "  pktdump packets.pcap udp port 53            only DNS\n"
    "  pktdump --packets 5-9 -w five.pcap all.pcapng\n"
    "                                              copy five packets to a pcap file\n"
    "  tcpdump -w - -U | pktdump brief -           packets as they arrive\n"
    "\n"
    "Exit status: 0 success; 1 the file cannot be read or written, is cut short or damaged, or has packets "
    "of\n"
    "a link type that is not supported; 2 wrong usage,\n"
    "also a wrong expression.\n"
    "nx6 is MIT-licensed; see LICENSE.\n";

namespace {

std::optional<u64> positive(std::string_view text) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

class Parser {
  public:
    Parser(const std::vector<std::string>& arguments, std::string& error) : all_(arguments), error_(error) {}

    std::optional<Options> run() {
        while (at_ < all_.size()) {
            if (!argument(all_[at_++])) return std::nullopt;
            if (o_.help) return o_;
        }
        if (times_ > 0) o_.time = TimeStyle{static_cast<int>(times_)};
        if (times_ > 5) return fail("-t can be given one to five times"), std::nullopt;
        if (programs_ > 3) return fail("-d can be given one to three times"), std::nullopt;
        o_.program = ProgramStyle{static_cast<int>(programs_)};
        take_operands();
        if (!o_.file && !programs_)
            return fail("which FILE? Give one, or - for the standard input"), std::nullopt;
        return o_;
    }

  private:
    bool fail(std::string why) {
        error_ = std::move(why);
        return false;
    }

    bool argument(const std::string& a) {
        if (only_files_ || a.empty() || a[0] != '-' || a == "-") return operand(a);
        if (a == "--") return only_files_ = true;
        return a[1] == '-' ? long_option(a) : short_options(a);
    }

    bool operand(const std::string& a) {
        const bool may_be_mode = !only_files_ && !o_.file && operands_.empty() && !mode_given_;
        if (may_be_mode && (a == "brief" || a == "full")) return set_mode(a == "brief");
        operands_.push_back(a);
        return true;
    }

    // The first one is the file, if there is no other; the rest are the words of the expression.
    void take_operands() {
        usize first = 0;
        if (!o_.file && !programs_ && !operands_.empty()) o_.file = operands_[first++];
        for (usize i = first; i < operands_.size(); i++)
            o_.expression += (i > first ? " " : "") + operands_[i];
    }

    bool set_mode(bool brief) {
        o_.mode = brief ? net::DumpMode::Brief : net::DumpMode::Full;
        return mode_given_ = true;
    }

    bool set_file(const std::string& name) {
        if (o_.file) return fail("one FILE only, not also " + name);
        o_.file = name;
        return true;
    }

    bool long_option(const std::string& a) {
        if (a == "--help") return o_.help = true;
        if (a == "--number") return o_.number = true;
        if (a == "--brief" || a == "--full") return set_mode(a == "--brief");
        constexpr std::string_view kPackets = "--packets";
        if (a == kPackets)
            return at_ < all_.size() ? set_range(all_[at_++]) : fail("--packets needs a RANGE");
        if (a.starts_with(std::string(kPackets) + "=")) return set_range(a.substr(kPackets.size() + 1));
        return fail("unknown option " + a);
    }

    // Several letters may follow one dash; the argument of the last may be in the same word or the next.
    bool short_options(const std::string& word) {
        for (usize i = 1; i < word.size(); i++) {
            const char letter = word[i];
            if (std::string_view("crw").find(letter) == std::string_view::npos) {
                if (!flag(letter)) return false;
                continue;
            }
            if (i + 1 < word.size()) return with_value(letter, word.substr(i + 1));
            if (at_ == all_.size()) return fail(std::string("-") + letter + " needs an argument");
            return with_value(letter, all_[at_++]);
        }
        return true;
    }

    bool flag(char letter) {
        switch (letter) {
            case 't': times_++; return true;
            case 'd': programs_++; return true;
            case 'n': return true;
            case 'l':
            case 'U': return o_.at_once = true;
            case '#': return o_.number = true;
            case 'h': return o_.help = true;
            default: return fail(std::string("unknown option -") + letter);
        }
    }

    bool with_value(char letter, const std::string& value) {
        if (letter == 'r') return set_file(value);
        if (letter == 'w') return o_.write_to = value, true;
        const auto count = positive(value);
        if (!count) return fail("-c " + value + ": give a number from 1 on");
        o_.count = *count;
        return true;
    }

    bool set_range(const std::string& text) {
        const usize dash = text.find('-');
        const std::string_view whole = text;
        const auto first = positive(whole.substr(0, dash));
        const bool open = dash != std::string::npos && dash + 1 == text.size();
        const auto last = open                        ? o_.last
                          : dash == std::string::npos ? first
                                                      : positive(whole.substr(dash + 1));
        if (!first || !last || *first > *last)
            return fail("--packets " + text + ": give a range such as 5-9");
        o_.first = *first;
        o_.last = *last;
        return true;
    }

    const std::vector<std::string>& all_;
    std::string& error_;
    usize at_ = 0;
    Options o_;
    std::vector<std::string> operands_;
    unsigned times_ = 0, programs_ = 0;
    bool mode_given_ = false, only_files_ = false;
};

}  // namespace

std::optional<Options> parse_options(const std::vector<std::string>& arguments, std::string& error) {
    return Parser(arguments, error).run();
}

}  // namespace pktdump
