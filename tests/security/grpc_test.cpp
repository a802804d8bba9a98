// gRPC: every service checks for itself who calls, whatever the gateway has checked before.
#include <future>

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "common/identity.pb.h"
#include "core/clock.hpp"
#include "methods.hpp"
#include "middleware/identity.hpp"
#include "order/order.pb.h"
#include "runtime/wire_metadata.hpp"
#include "user/user.pb.h"
#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

constexpr char kGetUser[] = "/souk.user.v1.UserService/GetUser";
constexpr char kListUsers[] = "/souk.user.v1.UserService/ListUsers";
constexpr char kGetJwks[] = "/souk.user.v1.UserService/GetJwks";
constexpr char kGetOrder[] = "/souk.order.v1.OrderService/GetOrder";
constexpr int kUserService = 1;
constexpr int kOrderService = 3;

std::array<std::uint8_t, 32> internal_key() {
  std::array<std::uint8_t, 32> key{};
  sodium_hex2bin(key.data(), key.size(), kInternalKeyHex.data(), kInternalKeyHex.size(), nullptr,
                 nullptr, nullptr);
  return key;
}

const IdentitySeal& seal() {
  static const IdentitySeal seal{internal_key()};
  return seal;
}

Time now() { return SystemClock{}.now(); }

Identity identity_of(std::vector<std::string> roles) {
  Identity identity;
  identity.service = "api-gateway";
  identity.user = UserId::from("00000000-0000-7000-8000-00000000beef");
  identity.roles = std::move(roles);
  return identity;
}

/// One call with raw bytes as its message and `identity` as its metadata.
grpc::Status call(int port_offset, const std::string& path, const std::string& message,
                  const std::string& identity, std::string* reply = nullptr) {
  const auto channel =
      grpc::CreateChannel(fmt::format("127.0.0.1:{}", world().port() + port_offset),
                          grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{20});
  if (!identity.empty()) context.AddMetadata(kIdentityMetadata, identity);
  const grpc::Slice slice{message};
  const grpc::ByteBuffer request{&slice, 1};
  grpc::ByteBuffer answer;
  std::promise<grpc::Status> done;
  grpc::GenericStub{channel}.UnaryCall(
      &context, path, grpc::StubOptions{}, &request, &answer,
      [&](grpc::Status status) { done.set_value(std::move(status)); });
  auto status = done.get_future().get();
  if (grpc::Slice whole; reply != nullptr && answer.DumpToSingleSlice(&whole).ok()) {
    reply->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
  }
  return status;
}

std::string get_user() {
  user::v1::GetUserRequest request;
  request.set_id(std::string{world().shopper().get("/api/v1/users/profile").text("id")});
  return request.SerializeAsString();
}

class Grpc : public ::testing::Test {
 protected:
  /// The control: with the right seal the same call is answered, so what is refused is the
  /// identity.
  void TearDown() override {
    std::string reply;
    const auto status = call(kUserService, kGetUser, get_user(),
                             seal().seal(identity_of({"admin"}), now()), &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    user::v1::User user;
    EXPECT_TRUE(user.ParseFromString(reply));
    EXPECT_FALSE(user.email().empty());
    world().state();
  }

  static void expect_unauthenticated(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << status.error_message();
  }
};

TEST_F(Grpc, NoMethodOfAnyServiceAnswersWithoutAnIdentity) {
  const auto methods = all_methods();
  EXPECT_GE(methods.size(), 50U);
  for (const auto& method : methods) {
    SCOPED_TRACE(method.path);
    expect_unauthenticated(call(method.port_offset, method.path, "", ""));
  }
}

TEST_F(Grpc, AForgedIdentityIsNone) {
  const auto good = seal().seal(identity_of({"admin"}), now());
  auto flipped = good;
  flipped.front() = static_cast<char>(flipped.front() ^ 1);
  auto promoted = seal().seal(identity_of({"customer"}), now());
  promoted.replace(promoted.find("customer"), 8, "admin\0\0\0", 8);
  common::v1::SealedIdentity unsealed;
  unsealed.set_service("api-gateway");
  unsealed.add_roles("admin");
  const std::string forged[] = {
      IdentitySeal{std::array<std::uint8_t, 32>{}}.seal(identity_of({"admin"}), now()),
      flipped,
      promoted,
      good.substr(0, good.size() - 1),
      good + "x",
      std::string(32, '\0') + unsealed.SerializeAsString(),
      unsealed.SerializeAsString(),
      "x",
      seal().seal(identity_of({"admin"}), now() - std::chrono::minutes{2}),
      seal().seal(identity_of({"admin"}), now() + std::chrono::minutes{2}),
  };
  for (const auto& identity : forged)
    expect_unauthenticated(call(kUserService, kGetUser, get_user(), identity));
}

TEST_F(Grpc, EachServiceChecksTheRolesItself) {
  world();  // its start may take longer than a seal is good for
  const auto customer = seal().seal(identity_of({"customer"}), now());
  const auto visitor = seal().seal(Identity{.service = "api-gateway"}, now());
  const auto guest = seal().seal(identity_of({"guest"}), now());
  int staff_methods = 0;
  for (const auto& method : all_methods()) {
    SCOPED_TRACE(method.path);
    if (method.access == common::v1::ACCESS_ADMIN || method.access == common::v1::ACCESS_STAFF) {
      ++staff_methods;
      EXPECT_EQ(call(method.port_offset, method.path, "", customer).error_code(),
                grpc::StatusCode::PERMISSION_DENIED);
    }
    if (method.access == common::v1::ACCESS_REGISTERED) {
      EXPECT_EQ(call(method.port_offset, method.path, "", guest).error_code(),
                grpc::StatusCode::PERMISSION_DENIED);
    }
    if (method.access == common::v1::ACCESS_USER || method.access == common::v1::ACCESS_REGISTERED)
      expect_unauthenticated(call(method.port_offset, method.path, "", visitor));
  }
  EXPECT_GE(staff_methods, 15);
}

TEST_F(Grpc, OwnershipHoldsBehindTheGatewayToo) {
  order::v1::GetOrderRequest request;
  request.set_id(world().fill("{strangers_order}"));
  const auto customer = seal().seal(identity_of({"customer"}), now());
  EXPECT_EQ(call(kOrderService, kGetOrder, request.SerializeAsString(), customer).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(Grpc, AnOversizedMessageIsRefused) {
  user::v1::ListUsersRequest request;
  request.set_query(std::string(5 * 1024 * 1024, 'a'));
  const auto admin = seal().seal(identity_of({"admin"}), now());
  EXPECT_EQ(call(kUserService, kListUsers, request.SerializeAsString(), admin).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(Grpc, AMalformedMessageIsAnErrorAndNoMore) {
  const auto admin = seal().seal(identity_of({"admin"}), now());
  const std::string malformed[] = {
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
      std::string("\x0a\x7f", 2),
      "\x0a\xff\xff\xff\xff\x0f",
      std::string("\x00", 1),
      std::string(1000, '\x0b'),
      std::string("\x0a\x02\xc3\x28", 4)};  // the last: a string that is no UTF-8
  for (const auto& method : all_methods()) {
    SCOPED_TRACE(method.path);
    if (method.path == kGetJwks || method.path.contains("EventSink")) continue;
    for (const auto& message : malformed) {
      // An empty message lets these bytes pass as fields that it does not know; with them it is
      // served.
      const auto status = call(method.port_offset, method.path, message, admin);
      EXPECT_FALSE(status.error_message().contains("std::")) << status.error_message();
    }
    EXPECT_FALSE(call(method.port_offset, method.path, malformed[0], admin).ok());
  }
}

TEST_F(Grpc, AnUnknownMethodIsUnimplemented) {
  const auto admin = seal().seal(identity_of({"admin"}), now());
  EXPECT_EQ(call(kUserService, "/souk.user.v1.UserService/BecomeRoot", "", admin).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(Grpc, AClientThatSpeaksHttp1IsTurnedAway) {
  for (int offset = 1; offset <= 7; ++offset) {
    RawConnection connection{static_cast<std::uint16_t>(world().port() + offset)};
    connection.send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
    connection.read_to_end();
  }
}

}  // namespace
}  // namespace souk::testing::bad_inputs
