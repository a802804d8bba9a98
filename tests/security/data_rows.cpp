#include "data_rows.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace souk::testing::bad_inputs {

void PrintTo(const DataCase& row, std::ostream* out) { *out << row.name; }

void expect_refused(const DataCase& row) {
  auto& shop = world();
  const auto before = shop.state();
  const auto key = row.method == "POST" && row.target == "/api/v1/orders"
                       ? shop.fill("Idempotency-Key: {key}\r\n")
                       : "";
  const auto type = row.type.empty() ? "" : fmt::format("Content-Type: {}\r\n", row.type);
  const auto body = row.type.empty() ? shop.fill(row.body) : row.body;
  const auto reply =
      shop.exchange(shop.request(row.caller, row.method, shop.fill(row.target), body, key + type));
  expect_problem(reply, row.status, row.code);
  if (!row.field.empty()) {
    const ApiReply problem{.status = reply.status, .body = json_of(reply)};
    EXPECT_EQ(problem.text("errors.0.field"), row.field) << reply.body;
  }
  EXPECT_EQ(shop.state(), before);
}

}  // namespace souk::testing::bad_inputs
