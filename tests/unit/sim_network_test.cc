// Networks of simulated hosts (tests/sim); `make sim` runs many more.
#include "sim/shrink.h"
#include "sim/simulation.h"

namespace {

// In four tests, so that a failure is found sooner.
struct Sim : ::testing::TestWithParam<u64> {};

TEST_P(Sim, NoCheckFailsInAnyNetwork) {
    constexpr u64 kEach = 125;
    for (u64 seed = GetParam() * kEach + 1; seed <= (GetParam() + 1) * kEach; seed++) {
        const sim::Verdict v = sim::run(sim::generate(seed));
        ASSERT_TRUE(v.ok()) << "seed " << seed << ": " << v.why << "; `make sim SEED=" << seed
                            << "` explains it";
    }
}
INSTANTIATE_TEST_SUITE_P(Seeds, Sim, ::testing::Range<u64>(0, 4));

TEST(Sim, RunsAgainInTheSameWay) {
    for (u64 seed = 1; seed < 20; seed++) {
        sim::Trace first, second;
        (void)sim::run(sim::generate(seed), &first);
        (void)sim::run(sim::generate(seed), &second);
        ASSERT_EQ(first.lines, second.lines);
        EXPECT_GT(first.frames.size(), 10u);
    }
}

TEST(Sim, ShrinksToWhatIsNeeded) {
    const sim::Scenario whole = sim::generate(7);
    const usize wanted = whole.elements.size() / 2, other = whole.elements.size() - 1;
    const auto has = [&](const sim::Scenario& s, usize i) {
        return std::any_of(s.elements.begin(), s.elements.end(),
                           [&](const sim::Element& e) { return in_words(e) == in_words(whole.elements[i]); });
    };
    const auto kept =
        sim::shrink(whole, [&](const sim::Scenario& s) { return has(s, wanted) && has(s, other); });
    EXPECT_EQ(kept, (std::vector<usize>{wanted, other}));
}

// What a scenario without an element does otherwise, does not depend on that element.
TEST(Sim, LeavesTheRestAsItIs) {
    const sim::Scenario whole = sim::generate(7);
    std::vector<usize> some;
    for (usize i = 0; i < whole.elements.size(); i += 2) some.push_back(i);
    const sim::Scenario half = sim::only(whole, some);
    ASSERT_EQ(half.elements.size(), some.size());
    for (usize i = 0; i < some.size(); i++)
        EXPECT_EQ(in_words(half.elements[i]), in_words(whole.elements[some[i]]));
}

}  // namespace
