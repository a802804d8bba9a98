#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/blocking.hpp"
#include "runtime/host.hpp"
#include "security/jwt.hpp"
#include "services/user-service/user_module.hpp"
#include "testing/test_database.hpp"
#include "user/user.pb.h"

std::span<const souk::EmbeddedFile> souk_user_service_migrations();

namespace souk::user {
namespace {

/// The whole module behind gRPC, as a process hosts it.
class ModuleTest : public ::testing::Test {
 protected:
  ModuleTest() { host_.start(); }
  ~ModuleTest() override { host_.stop(); }

  template <class Reply, class Request>
  Reply call(std::string_view method, Request request, Identity identity = {}) {
    const rpc::Method<Request, Reply> rpc{host_.channel("user-service"), "api-gateway",
                                          "souk.user.v1.UserService", method};
    auto call = rpc::Call::background("api-gateway", std::chrono::seconds{20}, process_.random);
    call.identity.user = identity.user;
    call.identity.session = identity.session;
    call.identity.roles = identity.roles;
    return runtime::run_on(loop_.executor(), [&] { return rpc(call, std::move(request)); });
  }
  template <class Reply, class Request>
  std::string failure(std::string_view method, Request request, Identity identity = {}) {
    try {
      call<Reply>(method, std::move(request), std::move(identity));
    } catch (const Error& error) {
      return error.code;
    }
    return {};
  }

  v1::Session register_customer(const std::string& email) {
    v1::RegisterRequest request;
    request.set_email(email);
    request.set_password("correct horse");
    request.set_full_name("Zoë");
    return call<v1::Session>("Register", request);
  }

  /// Who the token says it is, checked as the gateway does.
  Identity identity_of(const v1::Session& session) {
    const auto jwks = call<v1::GetJwksReply>("GetJwks", v1::GetJwksRequest{}).jwks_json();
    const auto claims = security::Jwks::parse(jwks).value().verify(
        session.access_token(), process_.clock.now(), {"http://shop.test", "souk"});
    return {
        .user = claims.value().sub, .session = claims.value().sid, .roles = claims.value().roles};
  }

  static config::Settings settings(const testing::TestDatabase& database) {
    // Nobody listens on port 1: the welcome stays in the outbox.
    return config::Settings{{{"USER_DATABASE_URL", database.app_url()},
                             {"SOUK_PUBLIC_URL", "http://shop.test"},
                             {"SOUK_INTERNAL_KEY", std::string(64, 'a')},
                             {"SOUK_LOG_LEVEL", "error"},
                             {"NOTIFICATION_SERVICE_ADDR", "127.0.0.1:1"}}};
  }

  testing::TestDatabase database_{souk_user_service_migrations()};
  runtime::Process process_{settings(database_), "user-test"};
  runtime::EventLoop loop_;
  runtime::Host host_{process_, {module()}, {.http_threads = 1}};
};

TEST_F(ModuleTest, ACustomersWholeLife) {
  const auto session = register_customer("zoe@example.com");
  EXPECT_EQ(session.token_type(), "Bearer");
  EXPECT_EQ(session.expires_in(), 900);
  EXPECT_FALSE(session.refresh_token().empty());
  const auto zoe = identity_of(session);

  const auto profile = call<v1::User>("GetProfile", v1::GetProfileRequest{}, zoe);
  EXPECT_EQ(profile.id(), session.user().id());
  EXPECT_GT(profile.created_at().seconds(), 0);
  v1::UpdateProfileRequest change;
  change.set_phone("+4915112345678");
  EXPECT_EQ(call<v1::User>("UpdateProfile", change, zoe).phone(), "+4915112345678");

  v1::LoginRequest login;
  login.set_email("zoe@example.com");
  login.set_password("correct horse");
  EXPECT_EQ(call<v1::Session>("Login", login).user().phone(), "+4915112345678");
  v1::ChangePasswordRequest password;
  password.set_current_password("correct horse");
  password.set_new_password("battery staple");
  const auto next = call<v1::Session>("ChangePassword", password, zoe);
  EXPECT_EQ(failure<v1::Session>("Login", login), "invalid_credentials");

  call<common::v1::Nothing>("Logout", v1::LogoutRequest{}, identity_of(next));
  v1::RefreshRequest refresh;
  refresh.set_refresh_token(next.refresh_token());
  EXPECT_EQ(failure<v1::Session>("Refresh", refresh), "invalid_refresh_token");
  const auto revocations =
      call<v1::ListRevocationsReply>("ListRevocations", v1::ListRevocationsRequest{});
  EXPECT_EQ(revocations.items_size(), 3);
  EXPECT_EQ(revocations.items(2).session_id(), identity_of(next).session->str());
  v1::ListRevocationsRequest later;
  later.set_after(revocations.last());
  EXPECT_EQ(call<v1::ListRevocationsReply>("ListRevocations", later).last(), revocations.last());
}

TEST_F(ModuleTest, AnAdministratorsWork) {
  v1::CreateAdminRequest create;
  create.set_email("root@example.com");
  create.set_password("correct horse");
  create.set_full_name("Root");
  const auto root = call<v1::User>("CreateAdmin", create);
  const Identity admin{.user = UserId::from(root.id()), .roles = {"admin"}};
  std::vector<std::string> ids;
  for (const char* email : {"a@example.com", "b@example.com", "c@example.com"}) {
    ids.push_back(register_customer(email).user().id());
  }

  v1::ListUsersRequest list;
  list.set_page_size(2);
  list.set_role("customer");
  const auto first = call<v1::ListUsersReply>("ListUsers", list, admin);
  ASSERT_EQ(first.items_size(), 2);
  EXPECT_EQ(first.items(0).email(), "c@example.com");
  list.set_page_token(first.next_page_token());
  const auto second = call<v1::ListUsersReply>("ListUsers", list, admin);
  ASSERT_EQ(second.items_size(), 1);
  EXPECT_EQ(second.items(0).email(), "a@example.com");
  EXPECT_TRUE(second.next_page_token().empty());
  list.set_role("admin");
  EXPECT_EQ(failure<v1::ListUsersReply>("ListUsers", list, admin), "invalid_page_token");

  v1::SetRolesRequest roles;
  roles.set_id(ids[0]);
  roles.add_roles("staff");
  EXPECT_EQ(call<v1::User>("SetRoles", roles, admin).roles(0), "staff");
  v1::DisableUserRequest disable;
  disable.set_id(ids[1]);
  EXPECT_TRUE(call<v1::User>("DisableUser", disable, admin).disabled());
  v1::EnableUserRequest enable;
  enable.set_id(ids[1]);
  EXPECT_FALSE(call<v1::User>("EnableUser", enable, admin).disabled());
  v1::GetUserRequest get;
  get.set_id(ids[1]);
  EXPECT_EQ(call<v1::User>("GetUser", get, admin).email(), "b@example.com");
  get.set_id("no-uuid");
  EXPECT_EQ(failure<v1::User>("GetUser", get, admin), "not_found");

  v1::ImportUsersRequest import;
  auto& user = *import.add_users();
  user.set_external_id("12346");
  user.set_email("d@example.com");
  user.set_full_name("D");
  const auto imported = call<v1::ImportUsersReply>("ImportUsers", import);
  EXPECT_EQ(call<v1::ImportUsersReply>("ImportUsers", import).user_ids(0), imported.user_ids(0));
}

TEST_F(ModuleTest, AGuestIsKeptFromWhatBelongsToAccounts) {
  v1::OpenGuestSessionRequest request;
  request.set_email("zoe@example.com");
  const auto guest = identity_of(call<v1::Session>("OpenGuestSession", request));
  EXPECT_EQ(call<v1::User>("GetProfile", v1::GetProfileRequest{}, guest).roles(0), "guest");
  EXPECT_EQ(
      failure<common::v1::Nothing>("ResendVerification", v1::ResendVerificationRequest{}, guest),
      "forbidden");
  EXPECT_EQ(failure<v1::ListAddressesReply>("ListAddresses", v1::ListAddressesRequest{}, guest),
            "forbidden");
  EXPECT_EQ(failure<v1::ListAddressesReply>("ListAddresses", v1::ListAddressesRequest{}),
            "unauthenticated");
  EXPECT_EQ(failure<v1::ListUsersReply>("ListUsers", v1::ListUsersRequest{}, guest), "forbidden");
}

TEST_F(ModuleTest, AddressesAreSavedAsTheyWouldBeShippedTo) {
  const auto zoe = identity_of(register_customer("zoe@example.com"));
  v1::SaveAddressRequest save;
  auto& address = *save.mutable_address();
  address.set_full_name("Zoë Smith");
  address.set_line1("12 St James Square");
  address.set_city("London");
  address.set_postal_code("SW1Y 4LB");
  address.set_country("GB");
  const auto saved = call<v1::SavedAddress>("SaveAddress", save, zoe);
  EXPECT_TRUE(saved.is_default());
  EXPECT_FALSE(saved.address().has_line2());
  v1::UpdateAddressRequest update;
  update.set_id(saved.id());
  *update.mutable_address() = address;
  update.mutable_address()->set_country("XX");
  EXPECT_EQ(failure<v1::SavedAddress>("UpdateAddress", update, zoe), "validation_failed");
  update.mutable_address()->set_country("DE");
  EXPECT_EQ(call<v1::SavedAddress>("UpdateAddress", update, zoe).address().country(), "DE");
  const auto listed =
      call<v1::ListAddressesReply>("ListAddresses", v1::ListAddressesRequest{}, zoe);
  EXPECT_EQ(listed.items_size(), 1);
  v1::DeleteAddressRequest remove;
  remove.set_id(saved.id());
  call<common::v1::Nothing>("DeleteAddress", remove, zoe);
  EXPECT_EQ(failure<common::v1::Nothing>("DeleteAddress", remove, zoe), "not_found");
}

TEST_F(ModuleTest, EachAccessRuleIsChecked) {
  const auto customer = identity_of(register_customer("zoe@example.com"));
  EXPECT_EQ(failure<v1::User>("GetProfile", v1::GetProfileRequest{}), "unauthenticated");
  EXPECT_EQ(failure<v1::ListUsersReply>("ListUsers", v1::ListUsersRequest{}, customer),
            "forbidden");
  v1::RegisterRequest weak;
  weak.set_email("eve@example.com");
  weak.set_password("short");
  weak.set_full_name("Eve");
  EXPECT_EQ(failure<v1::Session>("Register", weak), "validation_failed");
}

}  // namespace
}  // namespace souk::user
