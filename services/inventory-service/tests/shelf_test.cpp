#include "internal/models/shelf.hpp"

#include <gtest/gtest.h>

namespace souk::inventory {
namespace {

const OrderId kOrder{Uuid{{1}}};

Stock stock_of(std::int64_t on_hand, std::int64_t reserved) {
  return {.on_hand = on_hand, .reserved = reserved, .announced = std::nullopt};
}

/// What an action did, in a word: "ok", "missing", or the error's code.
std::string outcome(const Result<Reservation>& answer) {
  if (!answer) return answer.error().code;
  return answer->reserved ? "ok" : "missing";
}

TEST(ShelfTest, EveryActionInEveryStateOfTheHold) {
  struct Case {
    std::optional<HoldState> before;
    Action action;
    std::string outcome;
    HoldState after;
    std::int64_t on_hand, reserved;  // of 10, 2 of which the order holds where its hold is active
  };
  using enum HoldState;
  using enum Action;
  const std::vector<Case> cases{
      {std::nullopt, reserve, "ok", active, 10, 2},
      {std::nullopt, release, "ok", released, 10, 0},
      {std::nullopt, cancel, "ok", released, 10, 0},
      {active, reserve, "ok", active, 10, 2},
      {active, release, "ok", released, 10, 0},
      {active, claim, "ok", claimed, 8, 0},
      {active, cancel, "ok", released, 10, 0},
      {claimed, reserve, "ok", claimed, 10, 0},
      {claimed, release, "hold_claimed", claimed, 10, 0},
      {claimed, claim, "ok", claimed, 10, 0},
      {claimed, cancel, "ok", returned, 12, 0},
      {refused, reserve, "missing", refused, 10, 0},
      {refused, release, "ok", released, 10, 0},
      {refused, claim, "hold_released", refused, 10, 0},
      {refused, cancel, "ok", released, 10, 0},
      {released, reserve, "hold_released", released, 10, 0},
      {released, release, "ok", released, 10, 0},
      {released, claim, "hold_released", released, 10, 0},
      {released, cancel, "ok", released, 10, 0},
      {returned, reserve, "hold_released", returned, 10, 0},
      {returned, release, "ok", returned, 10, 0},
      {returned, claim, "hold_released", returned, 10, 0},
      {returned, cancel, "ok", returned, 10, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string{c.before ? name(*c.before) : "absent"} + " action " +
                 std::to_string(static_cast<int>(c.action)));
    HoldByOrder holds;
    if (c.before) holds[kOrder] = {.state = *c.before, .lines = {{"A", 2}}};
    Shelf shelf{{{"A", stock_of(10, c.before == active ? 2 : 0)}}, holds};
    EXPECT_EQ(outcome(shelf.apply({.action = c.action, .order = kOrder, .lines = {{"A", 2}}})),
              c.outcome);
    EXPECT_EQ(shelf.stock("A").on_hand, c.on_hand);
    EXPECT_EQ(shelf.stock("A").reserved, c.reserved);
    const auto& written = c.before ? shelf.changed_holds() : shelf.new_holds();
    if (c.before == c.after) {
      EXPECT_TRUE(written.empty());
    } else {
      ASSERT_TRUE(written.contains(kOrder));
      EXPECT_EQ(written.at(kOrder).state, c.after);
    }
  }
}

TEST(ShelfTest, ClaimOfNothingIsNotFound) {
  Shelf shelf{{}, {}};
  EXPECT_EQ(outcome(shelf.apply({.action = Action::claim, .order = kOrder})), "not_found");
  EXPECT_TRUE(shelf.new_holds().empty());
}

TEST(ShelfTest, ReservesAllLinesOrNone) {
  Shelf shelf{{{"A", stock_of(5, 0)}, {"B", stock_of(5, 4)}}, {}};
  const auto answer = shelf.apply(
      {.action = Action::reserve, .order = kOrder, .lines = {{"A", 1}, {"B", 2}, {"unknown", 1}}});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->reserved);
  EXPECT_EQ(answer->missing, (std::vector<Sku>{"B", "unknown"}));
  EXPECT_TRUE(shelf.changed_stock().empty());
}

// Two drivers of one checkout must not hear two answers: one would charge what the other rejects.
TEST(ShelfTest, ARefusalIsForGood) {
  const Command command{.action = Action::reserve, .order = kOrder, .lines = {{"A", 1}, {"B", 1}}};
  Shelf poor{{{"A", stock_of(5, 0)}, {"B", stock_of(5, 5)}}, {}};
  EXPECT_EQ(poor.apply(command)->missing, std::vector<Sku>{"B"});
  ASSERT_TRUE(poor.new_holds().contains(kOrder));
  Shelf rich{{{"A", stock_of(5, 0)}, {"B", stock_of(5, 0)}}, poor.new_holds()};
  const auto again = rich.apply(command);
  EXPECT_FALSE(again->reserved);
  EXPECT_EQ(again->missing, std::vector<Sku>{"B"});
  EXPECT_TRUE(rich.changed_stock().empty());
}

TEST(ShelfTest, DecidesInTheOrderOfArrival) {
  Shelf shelf{{{"A", stock_of(3, 0)}}, {}};
  std::vector<std::string> outcomes;
  for (std::uint8_t order = 1; order <= 5; ++order) {
    outcomes.push_back(outcome(shelf.apply(
        {.action = Action::reserve, .order = OrderId{Uuid{{order}}}, .lines = {{"A", 1}}})));
  }
  EXPECT_EQ(outcomes, (std::vector<std::string>{"ok", "ok", "ok", "missing", "missing"}));
  EXPECT_EQ(shelf.stock("A").available(), 0);
}

TEST(ShelfTest, ReservedSoldAndCancelledInOneBatchIsWrittenOnce) {
  Shelf shelf{{{"A", stock_of(3, 0)}}, {}};
  for (const auto action : {Action::reserve, Action::claim, Action::cancel}) {
    EXPECT_EQ(outcome(shelf.apply({.action = action, .order = kOrder, .lines = {{"A", 2}}})), "ok");
  }
  EXPECT_EQ(shelf.new_holds().at(kOrder).state, HoldState::returned);
  EXPECT_TRUE(shelf.changed_holds().empty());
  ASSERT_EQ(shelf.movements().size(), 2U);
  EXPECT_EQ(shelf.movements()[0].delta, -2);
  EXPECT_EQ(shelf.movements()[1].delta, 2);
  EXPECT_EQ(shelf.stock("A").on_hand, 3);
}

TEST(ShelfTest, AnnouncesOnlyWhatCrossedAThreshold) {
  const auto reserve = [](Shelf& shelf, std::uint8_t order, std::int64_t quantity) {
    return shelf.apply(
        {.action = Action::reserve, .order = OrderId{Uuid{{order}}}, .lines = {{"A", quantity}}});
  };
  auto stock = stock_of(10, 0);
  stock.announced = Availability::in_stock;
  Shelf shelf{{{"A", stock}}, {}};
  using News = std::vector<std::pair<Sku, Availability>>;
  ASSERT_TRUE(reserve(shelf, 1, 4));  // 6 left
  EXPECT_EQ(shelf.announce(5), News{});
  ASSERT_TRUE(reserve(shelf, 2, 1));  // 5
  EXPECT_EQ(shelf.announce(5), (News{{"A", Availability::low_stock}}));
  EXPECT_EQ(shelf.announce(5), News{});
  ASSERT_TRUE(reserve(shelf, 3, 5));  // 0
  EXPECT_EQ(shelf.announce(5), (News{{"A", Availability::out_of_stock}}));
  EXPECT_EQ(shelf.changed_stock().at("A").announced, Availability::out_of_stock);
}

TEST(ShelfTest, NamesAreReadBack) {
  for (const auto state : {HoldState::active, HoldState::refused, HoldState::released,
                           HoldState::claimed, HoldState::returned}) {
    EXPECT_EQ(parse_hold_state(name(state)), state);
  }
  EXPECT_THROW(parse_hold_state("lost"), std::invalid_argument);
  EXPECT_THROW(parse_availability("lost"), std::invalid_argument);
}

}  // namespace
}  // namespace souk::inventory
