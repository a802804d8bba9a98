#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/models/decisions.hpp"
#include "internal/models/event_json.hpp"
#include "internal/models/order_id.hpp"
#include "internal/models/order_number.hpp"

namespace souk::order {
namespace {

using ::testing::MatchesRegex;

const Currency kUsd = *Currency::parse("USD");
const Time kNow{std::chrono::microseconds{1'790'000'000'000'001}};

Money usd(std::int64_t amount) { return {amount, kUsd}; }

Placed placed() {
  const std::vector<Item> items{{"mug", "Mug", 2, usd(799), usd(1598)},
                                {"pan", "Pan", 1, usd(2000), usd(2000)}};
  return {.user = UserId{*Uuid::parse("01900000-0000-7000-8000-000000000001")},
          .number = "260301-7K3Q-X9AB",
          .items = items,
          .totals = add_up(items),
          .shipping_address = {.full_name = "Zoë \"Z\" O'Hara",
                               .line1 = "1 Rue",
                               .line2 = "Bât. 2",
                               .city = "Lyon",
                               .postal_code = "69001",
                               .country = "FR"},
          .external_id = std::nullopt};
}

const OrderId kId{*Uuid::parse("01900000-0000-7000-8000-0000000000aa")};
const RefundId kRefund{*Uuid::parse("01900000-0000-7000-8000-0000000000bb")};

/// One event of each type, ready to be tried on anything.
EventData sample(EventType type) {
  switch (type) {
    case EventType::placed: return placed();
    case EventType::rejected: return Rejected{"out_of_stock", {"mug"}};
    case EventType::confirmed: return Confirmed{"pay_1", "sandbox"};
    case EventType::payment_failed: return PaymentFailed{"pay_1", "sandbox", "card_declined"};
    case EventType::fulfilled: return Fulfilled{"TRACK-1", placed().user};
    case EventType::delivered: return Delivered{std::nullopt};
    case EventType::cancelled: return Cancelled{"customer_request", placed().user};
    case EventType::refund_requested:
      return RefundRequested{kRefund, usd(100), "broken", std::nullopt};
    case EventType::partially_refunded: return PartiallyRefunded{kRefund, usd(100)};
    case EventType::refunded: return Refunded{kRefund, usd(100)};
    case EventType::refund_failed: return RefundFailed{kRefund, usd(100), true, Status::confirmed};
  }
  throw std::logic_error{"no such type"};
}

class Living {
 public:
  Living() : order_(fold(kId, {&first_, 1})) {}
  Living& happen(EventType type) { return happen({order_.version + 1, kNow, sample(type)}); }
  Living& happen(Event event) {
    apply(order_, event);
    return *this;
  }
  const Order& order() const { return order_; }

 private:
  Event first_ = place(placed(), kNow);
  Order order_;
};

Order confirmed() { return Living{}.happen(EventType::confirmed).order(); }
Order delivered() {
  return Living{}
      .happen(EventType::confirmed)
      .happen(EventType::fulfilled)
      .happen(EventType::delivered)
      .order();
}

std::string code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.fields.empty() ? error.code : error.fields.front().code;
  }
  return "none";
}

// The API's words: pending -> confirmed -> fulfilled -> delivered; refunds on the way; three ends.
TEST(Transitions, AreThoseOfTheSpecification) {
  const std::map<std::string, std::map<std::string, std::string>> specification{
      {"pending",
       {{"rejected", "rejected"},
        {"confirmed", "confirmed"},
        {"cancelled", "cancelled"},
        {"payment_failed", "payment_failed"}}},
      {"confirmed",
       {{"fulfilled", "fulfilled"},
        {"cancelled", "cancelled"},
        {"refund_failed", "confirmed"},
        {"refund_requested", "confirmed"},
        {"partially_refunded", "partially_refunded"},
        {"refunded", "refunded"}}},
      {"fulfilled",
       {{"delivered", "delivered"},
        {"refund_failed", "fulfilled"},
        {"refund_requested", "fulfilled"},
        {"partially_refunded", "partially_refunded"},
        {"refunded", "refunded"}}},
      {"delivered",
       {{"refund_requested", "delivered"},
        {"refund_failed", "delivered"},
        {"partially_refunded", "partially_refunded"},
        {"refunded", "refunded"}}},
      {"partially_refunded",
       {{"fulfilled", "fulfilled"},
        {"delivered", "delivered"},
        {"refund_requested", "partially_refunded"},
        {"refund_failed", "partially_refunded"},
        {"partially_refunded", "partially_refunded"},
        {"refunded", "refunded"}}},
      {"cancelled",
       {{"refund_requested", "cancelled"},
        {"refund_failed", "cancelled"},
        {"partially_refunded", "cancelled"},
        {"refunded", "cancelled"}}},
      {"payment_failed",
       {{"refund_requested", "payment_failed"},
        {"refund_failed", "payment_failed"},
        {"partially_refunded", "payment_failed"},
        {"refunded", "payment_failed"}}},
      {"refunded", {{"refund_failed", "refunded"}}},
      {"rejected", {}},
  };
  for (const auto status : kEveryStatus) {
    for (const auto event : kEveryEventType) {
      const auto& row = specification.at(std::string{to_string(status)});
      const auto expected = row.find(std::string{to_string(event)});
      const auto next = next_status(status, event);
      EXPECT_EQ(next.has_value(), expected != row.end())
          << to_string(status) << " x " << to_string(event);
      if (next && expected != row.end()) EXPECT_EQ(to_string(*next), expected->second);
    }
  }
  EXPECT_EQ(next_status(std::nullopt, EventType::placed), Status::pending);
}

// However events arrive, late, twice or in any order: what has ended stays ended.
TEST(Transitions, NoOrderOfEventsLeavesAnEnd) {
  const std::set<Status> ends{Status::cancelled, Status::payment_failed, Status::refunded,
                              Status::rejected};
  std::vector<EventType> events{kEveryEventType.begin(), kEveryEventType.end()};
  std::erase(events, EventType::placed);  // it begins a stream, and nothing else
  std::ranges::sort(events);
  std::size_t permutations = 0;
  do {
    auto status = Status::pending;
    for (const auto event : events) {
      const auto next = next_status(status, event);
      if (!next) continue;
      if (ends.contains(status))
        ASSERT_EQ(*next, status) << to_string(status) << " x " << to_string(event);
      status = *next;
    }
    ++permutations;
  } while (std::ranges::next_permutation(events).found);
  EXPECT_EQ(permutations, 3'628'800U);  // 10!
}

// What an order is after money came back: what its other refunds say, or how far its goods are.
TEST(Refunds, OneThatComesBackLeavesTheOrderAsIfItHadNotBeen) {
  const RefundId other{*Uuid::parse("01900000-0000-7000-8000-0000000000cc")};
  std::vector<Event> stream{place(placed(), kNow)};
  auto order = fold(kId, stream);
  const auto happen = [&](Event event) {
    apply(order, event);
    stream.push_back(std::move(event));
  };
  const auto give = [&](RefundId id, Money amount) {
    happen(request_refund(order, {id, amount, "broken", std::nullopt}, kNow));
    happen(complete_refund(order, id, amount, kNow));
  };
  happen(confirm(order, {"pay_1", "sandbox"}, kNow));
  happen(fulfil(order, {}, kNow));
  happen(deliver(order, {}, kNow));
  give(kRefund, usd(100));
  give(other, usd(3498));
  EXPECT_EQ(order.status, Status::refunded);
  happen(fail_refund(order, stream, other, usd(3498), true, kNow));
  EXPECT_EQ(order.status, Status::partially_refunded);
  EXPECT_EQ(order.payment->status, "partially_refunded");
  EXPECT_EQ(refundable(order), usd(3498));
  happen(request_refund(order, {other, usd(50), "again", std::nullopt}, kNow));
  happen(fail_refund(order, stream, other, usd(50), false, kNow));
  EXPECT_EQ(order.status, Status::partially_refunded) << "nothing had moved";
  happen(fail_refund(order, stream, kRefund, usd(100), true, kNow));
  EXPECT_EQ(order.status, Status::delivered);
  EXPECT_EQ(order.payment->status, "captured");
  EXPECT_TRUE(order.refunded.is_zero() && order.refund_requested.is_zero());
}

TEST(Status, WordsRoundTrip) {
  for (const auto status : kEveryStatus) EXPECT_EQ(parse_status(to_string(status)), status);
  for (const auto type : kEveryEventType) EXPECT_EQ(parse_event_type(to_string(type)), type);
  EXPECT_THROW(parse_status("lost"), std::invalid_argument);
}

TEST(EventJson, RoundTripsEveryType) {
  for (const auto type : kEveryEventType) {
    const auto text = to_json(sample(type));
    const auto back = from_json(type, text);
    EXPECT_EQ(to_json(back), text) << to_string(type);
    EXPECT_THAT(text, ::testing::HasSubstr("\"schema\":1"));
  }
}

TEST(EventJson, RefusesASchemaItDoesNotKnow) {
  EXPECT_THROW(from_json(EventType::delivered, R"({"schema":2})"), std::runtime_error);
}

TEST(Fold, GivesTheOrderThatTheStreamTells) {
  const auto order = Living{}.happen(EventType::confirmed).happen(EventType::fulfilled).order();
  EXPECT_EQ(order.status, Status::fulfilled);
  EXPECT_EQ(order.version, 3);
  EXPECT_EQ(order.totals.total, usd(3598));
  EXPECT_EQ(order.payment, (PaymentInfo{"pay_1", "captured", "sandbox", ""}));
  EXPECT_EQ(order.tracking_number, "TRACK-1");
  EXPECT_EQ(order.shipping_address, placed().shipping_address);
}

TEST(Fold, RefusesABrokenStream) {
  const auto first = place(placed(), kNow);
  const std::vector<Event> gap{first, {3, kNow, sample(EventType::confirmed)}};
  const std::vector<Event> impossible{first, {2, kNow, sample(EventType::delivered)}};
  const std::vector<Event> headless{{1, kNow, sample(EventType::confirmed)}};
  for (const auto& stream : {gap, impossible, headless, std::vector<Event>{}}) {
    EXPECT_THROW(fold(kId, stream), std::logic_error);
  }
}

TEST(Decisions, CancelOnlyWhatIsConfirmed) {
  EXPECT_EQ(code_of([] { cancel(Living{}.order(), {}, kNow); }), "order_in_progress");
  EXPECT_EQ(code_of([] { cancel(delivered(), {}, kNow); }), "invalid_transition");
  EXPECT_EQ(type_of(cancel(confirmed(), {}, kNow).data), EventType::cancelled);
}

TEST(Decisions, NoStepIsSkippedNorTakenTwice) {
  EXPECT_EQ(code_of([] { deliver(confirmed(), {}, kNow); }), "invalid_transition");
  EXPECT_EQ(code_of([] { fulfil(delivered(), {}, kNow); }), "invalid_transition");
  // Partly refunded on the way: the goods still take each step once.
  const auto before =
      Living{}.happen(EventType::confirmed).happen(EventType::partially_refunded).order();
  EXPECT_EQ(code_of([&] { deliver(before, {}, kNow); }), "invalid_transition");
  Living after;
  after.happen(EventType::confirmed)
      .happen(fulfil(confirmed(), {}, kNow))
      .happen(EventType::partially_refunded);
  EXPECT_EQ(code_of([&] { fulfil(after.order(), {}, kNow); }), "invalid_transition");
  EXPECT_EQ(type_of(deliver(after.order(), {}, kNow).data), EventType::delivered);
}

TEST(Refunds, NeverExceedThePrice) {
  Living life;
  life.happen(EventType::confirmed);
  const auto ask = [&](std::optional<Money> amount) {
    return request_refund(life.order(), {kRefund, amount, "broken", std::nullopt}, kNow);
  };
  EXPECT_EQ(code_of([&] { ask(usd(3599)); }), "exceeds_refundable");
  EXPECT_EQ(code_of([&] { ask(usd(0)); }), "out_of_range");
  EXPECT_EQ(code_of([&] { ask(usd(-1)); }), "out_of_range");
  EXPECT_EQ(code_of([&] { ask(Money{1, *Currency::parse("JPY")}); }), "wrong_currency");
  life.happen(ask(usd(3000)));
  EXPECT_EQ(code_of([&] { ask(usd(599)); }), "exceeds_refundable")
      << "what was decided counts, moved or not";
  life.happen(ask(std::nullopt));
  EXPECT_EQ(life.order().refund_requested, usd(3598));
  EXPECT_EQ(code_of([&] { ask(std::nullopt); }), "invalid_transition");
  EXPECT_EQ(life.order().status, Status::confirmed) << "no money has moved yet";
  life.happen(complete_refund(life.order(), kRefund, usd(598), kNow));
  EXPECT_EQ(life.order().status, Status::partially_refunded);
  life.happen(complete_refund(life.order(), kRefund, usd(3000), kNow));
  EXPECT_EQ(life.order().status, Status::refunded);
  EXPECT_EQ(life.order().payment->status, "refunded");
  EXPECT_EQ(code_of([&] { ask(usd(1)); }), "exceeds_refundable");
}

TEST(Refunds, OnlyOfWhatWasPaid) {
  const auto ask = [](const Order& order) {
    request_refund(order, {kRefund, usd(1), "", std::nullopt}, kNow);
  };
  EXPECT_EQ(code_of([&] { ask(Living{}.order()); }), "invalid_transition");
  const auto failed = Living{}.happen(EventType::payment_failed).order();
  EXPECT_EQ(code_of([&] { ask(failed); }), "invalid_transition");
}

TEST(Refunds, ALatePaymentGoesBackOnce) {
  Living life;
  life.happen(EventType::payment_failed);
  auto owed = refund_late_payment(life.order(), kRefund, kNow);
  ASSERT_TRUE(owed);
  life.happen(*owed);
  EXPECT_FALSE(refund_late_payment(life.order(), kRefund, kNow));
  EXPECT_FALSE(refund_late_payment(confirmed(), kRefund, kNow));
  life.happen(complete_refund(life.order(), kRefund, usd(3598), kNow));
  EXPECT_EQ(life.order().status, Status::payment_failed);
}

TEST(OrderNumber, CanBeReadOut) {
  SystemRandom random;
  EXPECT_THAT(make_order_number(from_rfc3339("2026-03-01T23:59:59Z"), random),
              MatchesRegex("260301-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"));
}

TEST(OrderIds, OfThePastTakeTheirPlace) {
  SystemRandom random;
  const auto earlier = from_rfc3339("2010-12-01T08:26:00Z");
  const auto later = earlier + std::chrono::milliseconds{1};
  EXPECT_LT(order_id_at(earlier, random), first_order_id_at(later));
  EXPECT_LE(first_order_id_at(earlier), order_id_at(earlier, random));
  EXPECT_EQ(order_id_at(earlier, random).str().at(14), '7');
  EXPECT_NE(order_id_at(earlier, random), order_id_at(earlier, random));
}

}  // namespace
}  // namespace souk::order
