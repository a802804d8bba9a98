#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "common/common.pb.h"
#include "core/clock.hpp"
#include "core/money.hpp"

/// The values that every service's handler turns into proto messages and back.
namespace souk::rpc {

inline google::protobuf::Timestamp to_proto(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(seconds.time_since_epoch().count());
  stamp.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds{time - seconds}.count()));
  return stamp;
}

inline Time from_proto(const google::protobuf::Timestamp& stamp) {
  return Time{std::chrono::seconds{stamp.seconds()} +
              std::chrono::microseconds{stamp.nanos() / 1000}};
}

inline common::v1::Money to_proto(const Money& money) {
  common::v1::Money proto;
  proto.set_amount(money.amount_minor());
  proto.set_currency(std::string{money.currency().code()});
  return proto;
}

/// Throws Error{validation} naming `field` for an unknown currency.
inline Money from_proto(const common::v1::Money& money, std::string_view field = "currency") {
  return {money.amount(), Currency::from(money.currency(), field)};
}

}  // namespace souk::rpc
