#include "runtime/status.hpp"

#include <gtest/gtest.h>

namespace souk::rpc {
namespace {

TEST(Status, EveryKindSurvivesTheJourney) {
  for (const auto kind :
       {Kind::malformed, Kind::validation, Kind::unauthenticated, Kind::payment_required,
        Kind::forbidden, Kind::not_found, Kind::method_not_allowed, Kind::conflict, Kind::too_large,
        Kind::unsupported_media, Kind::rate_limited, Kind::unavailable, Kind::deadline_exceeded,
        Kind::internal}) {
    Error error{kind, "the_code", "detail"};
    error.retry_after = std::chrono::seconds{3};
    const auto back = from_status(to_status(error));
    EXPECT_EQ(back.kind, kind);
    EXPECT_EQ(back.code, "the_code");
    EXPECT_EQ(back.retry_after, error.retry_after);
  }
}

TEST(Status, GrpcsOwnFailuresBecomeErrors) {
  EXPECT_EQ(from_status({grpc::UNAVAILABLE, "x"}).kind, Kind::unavailable);
  EXPECT_EQ(from_status({grpc::DEADLINE_EXCEEDED, "x"}).kind, Kind::deadline_exceeded);
  EXPECT_EQ(from_status({grpc::CANCELLED, "x"}).kind, Kind::unavailable);
  EXPECT_EQ(from_status({grpc::RESOURCE_EXHAUSTED, "x"}).kind, Kind::too_large);
}

}  // namespace
}  // namespace souk::rpc
