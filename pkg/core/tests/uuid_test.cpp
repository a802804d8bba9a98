#include "core/uuid.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk {
namespace {

using namespace std::chrono_literals;

constexpr Time kStart{1'700'000'000'000'000us};

std::uint64_t milliseconds_of(const Uuid& uuid) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value << 8 | uuid.bytes()[i];
  return value;
}

class OneByte final : public Random {
 public:
  explicit OneByte(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, byte_); }

 private:
  std::uint8_t byte_;
};

TEST(Uuid, ReadsAndWritesTheCanonicalForm) {
  const auto uuid = Uuid::parse("018BCFE5-6800-7abc-8def-0123456789ab");
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->str(), "018bcfe5-6800-7abc-8def-0123456789ab");
  EXPECT_EQ(uuid->bytes()[0], 0x01);
  EXPECT_EQ(uuid->bytes()[15], 0xab);
  EXPECT_TRUE(Uuid{}.is_nil());
  EXPECT_EQ(Uuid{}.str(), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, RefusesEverythingElse) {
  for (const auto text :
       {"", "018bcfe5", "018bcfe568007abc8def0123456789ab", "018bcfe5-6800-7abc-8def-0123456789a",
        "018bcfe5-6800-7abc-8def-0123456789abc", "018bcfe5-6800-7abc-8def-0123456789ag",
        "018bcfe5_6800-7abc-8def-0123456789ab", "{018bcfe5-6800-7abc-8def-0123456789}",
        "018bcfe56800--7abc-8def-0123456789ab", "018bcfe5-6800-7abc-8def-0123456789 b"}) {
    EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  }
}

TEST(IdGenerator, WritesVersionVariantAndTime) {
  const ManualClock clock{kStart + 999us};
  for (const auto byte : std::to_array<std::uint8_t>({0x00, 0xff})) {
    OneByte random{byte};
    const auto uuid = IdGenerator{clock, random}.next();
    EXPECT_EQ(uuid.bytes()[6] >> 4, 7);
    EXPECT_EQ(uuid.bytes()[8] >> 6, 0b10);
    EXPECT_EQ(milliseconds_of(uuid), 1'700'000'000'000u);
    EXPECT_EQ(uuid.bytes()[15], byte);
  }
}

TEST(IdGenerator, GrowsWithinAMillisecondAndPastItsCounter) {
  const ManualClock clock{kStart};
  OneByte random{0};
  IdGenerator ids{clock, random};
  auto last = ids.next();
  for (int i = 0; i < 10'000; ++i) {
    const auto next = ids.next();
    ASSERT_LT(last, next) << i;
    ASSERT_LT(last.str(), next.str()) << i;
    last = next;
  }
  EXPECT_EQ(milliseconds_of(last), 1'700'000'000'002u);
}

TEST(IdGenerator, GrowsWhenTheClockGoesBack) {
  ManualClock clock{kStart};
  SystemRandom random;
  IdGenerator ids{clock, random};
  const auto before = ids.next();
  clock.advance(-1h);
  EXPECT_LT(before, ids.next());
  clock.advance(2h);
  EXPECT_EQ(milliseconds_of(ids.next()), 1'700'000'000'000u + 3'600'000u);
}

TEST(IdGenerator, GivesEachThreadItsOwn) {
  const SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  std::array<std::vector<Uuid>, 4> made;
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) {
      threads.emplace_back([&ids, &mine] {
        for (int i = 0; i < 5'000; ++i) mine.push_back(ids.next());
      });
    }
  }
  std::set<Uuid> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 20'000u);
}

TEST(SystemRandom, FillsLargeBuffersAndDiffers) {
  SystemRandom random;
  std::vector<std::uint8_t> a(100'000);
  std::vector<std::uint8_t> b(100'000);
  random.fill(a);
  random.fill(b);
  EXPECT_NE(a, b);
  EXPECT_NE(std::vector(a.end() - 64, a.end()), std::vector<std::uint8_t>(64));
  EXPECT_NE(random.next(), random.next());
}

TEST(Id, TextThatIsNoUuidNamesNothing) {
  const auto text = "018bcfe5-6800-7abc-8def-0123456789ab";
  EXPECT_EQ(OrderId::from(text).str(), text);
  try {
    OrderId::from("../1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::not_found);
  }
}

TEST(Id, IsAKeyOfItsOwnKind) {
  static_assert(!std::is_convertible_v<OrderId, UserId>);
  static_assert(!std::is_constructible_v<OrderId, UserId>);
  const auto a = OrderId::from("018bcfe5-6800-7abc-8def-0123456789ab");
  const auto b = OrderId::from("018bcfe5-6800-7abc-8def-0123456789ac");
  const std::unordered_set<OrderId> ids{a, b, a};
  EXPECT_EQ(ids.size(), 2u);
}

TEST(Id, TheDefaultTenantIsFixed) {
  EXPECT_EQ(kDefaultTenant.str(), "00000000-0000-7000-8000-000000000001");
}

}  // namespace
}  // namespace souk
