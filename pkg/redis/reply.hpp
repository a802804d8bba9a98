#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct redisReply;

namespace souk::redis {

/// What Redis answered. A plain value.
class Reply {
 public:
  using Items = std::vector<Reply>;
  struct Failure {
    std::string text;  ///< "WRONGTYPE Operation against a key …"
  };

  Reply() = default;  ///< nil
  explicit Reply(const redisReply& raw);

  bool is_nil() const { return std::holds_alternative<std::monostate>(value_); }
  /// Each throws Error{unavailable, "redis_refused"} for an answer of another type: a server that
  /// answers so is none that we can work with.
  std::int64_t integer() const;
  const std::string& text() const;
  const Items& items() const;
  /// The text, or null for an answer of another type.
  const std::string* if_text() const { return std::get_if<std::string>(&value_); }

  /// An error in place of an answer, or null. A Client throws it; only its own code sees one.
  const Failure* failure() const { return std::get_if<Failure>(&value_); }

 private:
  std::variant<std::monostate, std::int64_t, std::string, Items, Failure> value_;
};

}  // namespace souk::redis
