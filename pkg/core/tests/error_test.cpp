#include "core/error.hpp"

#include <gtest/gtest.h>

namespace souk {
namespace {

TEST(Error, EachKindHasItsHttpStatus) {
  const std::vector<std::pair<Kind, int>> table{
      {Kind::malformed, 400},          {Kind::validation, 422},   {Kind::unauthenticated, 401},
      {Kind::payment_required, 402},   {Kind::forbidden, 403},    {Kind::not_found, 404},
      {Kind::method_not_allowed, 405}, {Kind::conflict, 409},     {Kind::too_large, 413},
      {Kind::unsupported_media, 415},  {Kind::rate_limited, 429}, {Kind::unavailable, 503},
      {Kind::deadline_exceeded, 503},  {Kind::internal, 500},
  };
  for (const auto& [kind, status] : table) {
    EXPECT_EQ(http_status(kind), status) << title(kind);
    EXPECT_FALSE(title(kind).empty()) << status;
  }
}

TEST(Error, IsAnExceptionThatSaysItsDetail) {
  const Error error{Kind::conflict, "out_of_stock", "Only two are left."};
  const std::exception& as_exception = error;
  EXPECT_STREQ(as_exception.what(), "Only two are left.");
}

TEST(Error, InvalidFieldNamesTheField) {
  const auto error = invalid_field("items[0].quantity", "out_of_range", "must be at least 1");
  EXPECT_EQ(error.kind, Kind::validation);
  EXPECT_EQ(error.code, "validation_failed");
  EXPECT_EQ(error.detail, "items[0].quantity: must be at least 1");
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0],
            (FieldError{"items[0].quantity", "out_of_range", "must be at least 1"}));
}

TEST(Error, NotFoundSaysWhatIsAbsent) {
  const auto error = not_found("order");
  EXPECT_EQ(error.kind, Kind::not_found);
  EXPECT_EQ(error.code, "not_found");
  EXPECT_EQ(error.detail, "There is no such order.");
}

TEST(Error, UnavailableSaysWhenToTryAgain) {
  const auto error = unavailable("Busy.", std::chrono::seconds{3});
  EXPECT_EQ(error.kind, Kind::unavailable);
  EXPECT_EQ(error.code, "unavailable");
  EXPECT_EQ(error.retry_after, std::chrono::seconds{3});
}

TEST(Error, TravelsInAResult) {
  const Result<int> result = std::unexpected{not_found("coupon")};
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, Kind::not_found);
}

}  // namespace
}  // namespace souk
