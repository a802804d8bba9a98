#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace souk {

/// A 128-bit UUID (RFC 9562).
class Uuid {
 public:
  constexpr Uuid() = default;
  explicit constexpr Uuid(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}

  /// The canonical 36-character form, either case; nothing else is accepted.
  static std::optional<Uuid> parse(std::string_view text);

  std::string str() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  bool is_nil() const { return *this == Uuid{}; }

  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// Makes UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then 12 bits that count within a
/// millisecond (method 1), then 62 random bits. Strictly increasing per generator. Thread-safe.
class IdGenerator {
 public:
  /// Both outlive the generator.
  IdGenerator(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Uuid next();

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::uint64_t last_ms_ = 0;
  std::uint16_t sequence_ = 0;
};

/// A UUID that knows what it identifies: an OrderId is no UserId.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(Uuid uuid) : uuid_(uuid) {}

  /// Throws Error{not_found} for text that is no UUID: such an id names nothing.
  static Id from(std::string_view text);

  const Uuid& uuid() const { return uuid_; }
  std::string str() const { return uuid_.str(); }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

using TenantId = Id<struct TenantTag>;
using UserId = Id<struct UserTag>;
using SessionId = Id<struct SessionTag>;
using ProductId = Id<struct ProductTag>;
using OrderId = Id<struct OrderTag>;
using PaymentId = Id<struct PaymentTag>;
using EventId = Id<struct EventTag>;

/// Throws Error{not_found}; the shared half of Id::from.
Uuid uuid_or_not_found(std::string_view text);

template <class Tag>
Id<Tag> Id<Tag>::from(std::string_view text) {
  return Id{uuid_or_not_found(text)};
}

/// For background jobs that look for work of every tenant (SQL: souk_sees()); no row belongs to it.
inline const TenantId kEveryTenant{Uuid{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}};

/// The tenant of those who need no more than one.
inline const TenantId kDefaultTenant{Uuid{{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}}};

}  // namespace souk

template <>
struct std::hash<souk::Uuid> {
  std::size_t operator()(const souk::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (auto byte : uuid.bytes()) value = value * 131 + byte;
    return value;
  }
};

template <class Tag>
struct std::hash<souk::Id<Tag>> {
  std::size_t operator()(const souk::Id<Tag>& id) const noexcept {
    return std::hash<souk::Uuid>{}(id.uuid());
  }
};
