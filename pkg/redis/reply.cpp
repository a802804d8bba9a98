#include "redis/reply.hpp"

#include <hiredis/hiredis.h>

#include "core/error.hpp"

namespace souk::redis {
namespace {

template <class T, class Value>
const T& as(const Value& value) {
  if (const auto* found = std::get_if<T>(&value)) return *found;
  throw Error{Kind::unavailable, "redis_refused", "Redis gave an answer of another type."};
}

}  // namespace

Reply::Reply(const redisReply& raw) {
  const auto string = [&raw] { return std::string{raw.str, static_cast<std::size_t>(raw.len)}; };
  switch (raw.type) {
    case REDIS_REPLY_INTEGER: value_ = std::int64_t{raw.integer}; break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: value_ = string(); break;
    case REDIS_REPLY_ERROR: value_ = Failure{string()}; break;
    case REDIS_REPLY_ARRAY: {
      Items items;
      items.reserve(raw.elements);
      for (std::size_t i = 0; i < raw.elements; ++i) items.emplace_back(*raw.element[i]);
      value_ = std::move(items);
      break;
    }
    default: break;  // nil
  }
}

std::int64_t Reply::integer() const { return as<std::int64_t>(value_); }
const std::string& Reply::text() const { return as<std::string>(value_); }
const Reply::Items& Reply::items() const { return as<Items>(value_); }

}  // namespace souk::redis
