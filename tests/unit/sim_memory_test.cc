// Simulated networks in which an allocation fails: `make alloc-failure` runs each of these scenarios once for
// each of its allocations. The bytes of all streams must still be right.
#include "allocation_failure.h"
#include "sim/simulation.h"

namespace {

struct Simulated : ::testing::TestWithParam<u64> {
    void SetUp() override { fake::begin_body(); }
};

TEST_P(Simulated, NetworkSurvivesAFailingAllocation) {
    const sim::Verdict v = sim::run(sim::on_cards_only(sim::generate(GetParam())));
    fake::judge_what_is_left();
    EXPECT_TRUE(v.ok()) << v.why << "; `build/host/sim --seed " << GetParam()
                        << " --fail-allocation N` explains it";
}
INSTANTIATE_TEST_SUITE_P(Seeds, Simulated, ::testing::Range<u64>(501, 551));

}  // namespace
