#include "internal/handler/user_handler.hpp"

#include <fmt/format.h>

#include "internal/service/user_proto.hpp"
#include "runtime/proto_values.hpp"

namespace souk::user {
namespace {

/// The refresh token is always there: that it travels in a cookie is the gateway's business.
v1::Session to_proto(const LoggedIn& logged_in) {
  v1::Session proto;
  *proto.mutable_user() = to_proto(logged_in.user);
  proto.set_access_token(logged_in.access_token);
  proto.set_refresh_token(logged_in.refresh_token);
  proto.set_token_type("Bearer");
  proto.set_expires_in(static_cast<std::int32_t>(std::chrono::seconds{kAccessTokenLife}.count()));
  return proto;
}

Registration registration(const auto& request) {
  return {request.email(), request.password(), request.full_name()};
}

}  // namespace

UserHandler::UserHandler(const runtime::ModuleContext& context, UseCases use_cases)
    : use_cases_(use_cases),
      page_tokens_(context.key),
      service_("souk.user.v1.UserService", context.loop, context.wire, context.log) {
  service_.bind("Register", this, &UserHandler::register_customer);
  service_.bind("OpenGuestSession", this, &UserHandler::open_guest_session);
  service_.bind("Login", this, &UserHandler::login);
  service_.bind("Refresh", this, &UserHandler::refresh);
  service_.bind("Logout", this, &UserHandler::logout);
  service_.bind("ChangePassword", this, &UserHandler::change_password);
  service_.bind("VerifyEmail", this, &UserHandler::verify_email);
  service_.bind("ResendVerification", this, &UserHandler::resend_verification);
  service_.bind("ForgotPassword", this, &UserHandler::forgot_password);
  service_.bind("ResetPassword", this, &UserHandler::reset_password);
  service_.bind("ChangeEmail", this, &UserHandler::change_email);
  service_.bind("ListSessions", this, &UserHandler::list_sessions);
  service_.bind("EndSession", this, &UserHandler::end_session);
  service_.bind("EndOtherSessions", this, &UserHandler::end_other_sessions);
  service_.bind("GetProfile", this, &UserHandler::get_profile);
  service_.bind("UpdateProfile", this, &UserHandler::update_profile);
  service_.bind("ListAddresses", this, &UserHandler::list_addresses);
  service_.bind("SaveAddress", this, &UserHandler::save_address);
  service_.bind("UpdateAddress", this, &UserHandler::update_address);
  service_.bind("DeleteAddress", this, &UserHandler::delete_address);
  service_.bind("ListUsers", this, &UserHandler::list_users);
  service_.bind("GetUser", this, &UserHandler::get_user);
  service_.bind("SetRoles", this, &UserHandler::set_roles);
  service_.bind("DisableUser", this, &UserHandler::disable_user);
  service_.bind("EnableUser", this, &UserHandler::enable_user);
  service_.bind("CreateAdmin", this, &UserHandler::create_admin);
  service_.bind("FindUser", this, &UserHandler::find_user);
  service_.bind("GetJwks", this, &UserHandler::get_jwks);
  service_.bind("ListRevocations", this, &UserHandler::list_revocations);
  service_.bind("ImportUsers", this, &UserHandler::import_users);
}

Task<v1::Session> UserHandler::register_customer(rpc::Call& call,
                                                 const v1::RegisterRequest& request) {
  auto wanted = registration(request);
  wanted.locale = request.locale();
  co_return to_proto(co_await use_cases_.authentication.register_customer(call, std::move(wanted)));
}

Task<v1::Session> UserHandler::open_guest_session(rpc::Call& call,
                                                  const v1::OpenGuestSessionRequest& request) {
  co_return to_proto(co_await use_cases_.authentication.open_guest_session(
      call, {request.email(), request.full_name(), request.locale()}));
}

Task<v1::Session> UserHandler::login(rpc::Call& call, const v1::LoginRequest& request) {
  co_return to_proto(
      co_await use_cases_.authentication.login(call, request.email(), request.password()));
}

Task<v1::Session> UserHandler::refresh(rpc::Call& call, const v1::RefreshRequest& request) {
  co_return to_proto(co_await use_cases_.authentication.refresh(call, request.refresh_token()));
}

Task<common::v1::Nothing> UserHandler::logout(rpc::Call& call, const v1::LogoutRequest&) {
  co_await use_cases_.authentication.logout(call);
  co_return common::v1::Nothing{};
}

Task<v1::Session> UserHandler::change_password(rpc::Call& call,
                                               const v1::ChangePasswordRequest& request) {
  co_return to_proto(co_await use_cases_.authentication.change_password(
      call, request.current_password(), request.new_password()));
}

Task<common::v1::Nothing> UserHandler::verify_email(rpc::Call& call,
                                                    const v1::VerifyEmailRequest& request) {
  co_await use_cases_.mails.verify_email(call, request.token());
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> UserHandler::resend_verification(rpc::Call& call,
                                                           const v1::ResendVerificationRequest&) {
  co_await use_cases_.mails.resend_verification(call);
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> UserHandler::forgot_password(rpc::Call& call,
                                                       const v1::ForgotPasswordRequest& request) {
  co_await use_cases_.mails.forgot_password(call, request.email());
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> UserHandler::reset_password(rpc::Call& call,
                                                      const v1::ResetPasswordRequest& request) {
  co_await use_cases_.mails.reset_password(call, request.token(), request.password());
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> UserHandler::change_email(rpc::Call& call,
                                                    const v1::ChangeEmailRequest& request) {
  co_await use_cases_.mails.change_email(call, request.email(), request.password());
  co_return common::v1::Nothing{};
}

Task<v1::ListSessionsReply> UserHandler::list_sessions(rpc::Call& call,
                                                       const v1::ListSessionsRequest&) {
  v1::ListSessionsReply reply;
  for (const auto& session : co_await use_cases_.sessions.list(call)) {
    auto& item = *reply.add_items();
    item = to_proto(session);
    item.set_current(call.identity.session == session.id);
  }
  co_return reply;
}

Task<common::v1::Nothing> UserHandler::end_session(rpc::Call& call,
                                                   const v1::EndSessionRequest& request) {
  co_await use_cases_.sessions.end(call, SessionId::from(request.id()));
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> UserHandler::end_other_sessions(rpc::Call& call,
                                                          const v1::EndOtherSessionsRequest&) {
  co_await use_cases_.sessions.end_others(call);
  co_return common::v1::Nothing{};
}

Task<v1::User> UserHandler::get_profile(rpc::Call& call, const v1::GetProfileRequest&) {
  co_return to_proto(co_await use_cases_.accounts.get(call, call.identity.require_user()));
}

Task<v1::User> UserHandler::update_profile(rpc::Call& call,
                                           const v1::UpdateProfileRequest& request) {
  const auto name = request.has_full_name() ? std::optional{request.full_name()} : std::nullopt;
  const auto phone = request.has_phone() ? std::optional{request.phone()} : std::nullopt;
  const auto locale = request.has_locale() ? std::optional{request.locale()} : std::nullopt;
  co_return to_proto(co_await use_cases_.accounts.update_profile(call, {name, phone, locale}));
}

Task<v1::ListAddressesReply> UserHandler::list_addresses(rpc::Call& call,
                                                         const v1::ListAddressesRequest&) {
  v1::ListAddressesReply reply;
  for (const auto& address : co_await use_cases_.addresses.list(call))
    *reply.add_items() = to_proto(address);
  co_return reply;
}

Task<v1::SavedAddress> UserHandler::save_address(rpc::Call& call,
                                                 const v1::SaveAddressRequest& request) {
  return use_cases_.addresses.save(call, request);
}

Task<v1::SavedAddress> UserHandler::update_address(rpc::Call& call,
                                                   const v1::UpdateAddressRequest& request) {
  co_return to_proto(
      co_await use_cases_.addresses.update(call, {.id = AddressId::from(request.id()),
                                                  .user = {},
                                                  .label = request.label(),
                                                  .address = from_proto(request.address()),
                                                  .is_default = request.is_default()}));
}

Task<common::v1::Nothing> UserHandler::delete_address(rpc::Call& call,
                                                      const v1::DeleteAddressRequest& request) {
  co_await use_cases_.addresses.remove(call, AddressId::from(request.id()));
  co_return common::v1::Nothing{};
}

Task<v1::ListUsersReply> UserHandler::list_users(rpc::Call& call,
                                                 const v1::ListUsersRequest& request) {
  const auto list =
      fmt::format("users/{}/{}/{}", call.identity.tenant.str(), request.role(), request.query());
  const auto after = page_tokens_.read(list, request.page_token());
  const auto before = after ? std::optional{UserId::from(after->at(0))} : std::nullopt;
  const int size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto users = co_await use_cases_.administration.list(
      call, {.query = request.query(), .role = request.role()}, before, size + 1);
  v1::ListUsersReply reply;
  for (const auto& user : users) {
    if (reply.items_size() == size) {
      reply.set_next_page_token(page_tokens_.make(list, {reply.items(size - 1).id()}));
      break;
    }
    *reply.add_items() = to_proto(user);
  }
  co_return reply;
}

Task<v1::User> UserHandler::get_user(rpc::Call& call, const v1::GetUserRequest& request) {
  co_return to_proto(co_await use_cases_.accounts.get(call, UserId::from(request.id())));
}

Task<v1::FindUserReply> UserHandler::find_user(rpc::Call& call,
                                               const v1::FindUserRequest& request) {
  v1::FindUserReply reply;
  const auto found = co_await use_cases_.accounts.find(call, request.email());
  if (found.account) reply.set_user_id(found.account->str());
  for (const auto& guest : found.guests) reply.add_guest_ids(guest.str());
  co_return reply;
}

Task<v1::User> UserHandler::set_roles(rpc::Call& call, const v1::SetRolesRequest& request) {
  co_return to_proto(co_await use_cases_.administration.set_roles(
      call, UserId::from(request.id()), {request.roles().begin(), request.roles().end()}));
}

Task<v1::User> UserHandler::disable_user(rpc::Call& call, const v1::DisableUserRequest& request) {
  co_return co_await use_cases_.administration.disable(call, request);
}

Task<v1::User> UserHandler::enable_user(rpc::Call& call, const v1::EnableUserRequest& request) {
  co_return co_await use_cases_.administration.enable(call, request);
}

Task<v1::User> UserHandler::create_admin(rpc::Call& call, const v1::CreateAdminRequest& request) {
  co_return to_proto(co_await use_cases_.authentication.create_admin(call, registration(request)));
}

Task<v1::GetJwksReply> UserHandler::get_jwks(rpc::Call&, const v1::GetJwksRequest&) {
  v1::GetJwksReply reply;
  reply.set_jwks_json(use_cases_.keys.ring().jwks_json());
  co_return reply;
}

Task<v1::ListRevocationsReply> UserHandler::list_revocations(
    rpc::Call& call, const v1::ListRevocationsRequest& request) {
  v1::ListRevocationsReply reply;
  reply.set_last(request.after());
  for (const auto& revocation : co_await use_cases_.revocations.after(call, request.after())) {
    auto& item = *reply.add_items();
    item.set_session_id(revocation.session.str());
    *item.mutable_forget_after() = rpc::to_proto(revocation.forget_after);
    reply.set_last(revocation.seq);
  }
  co_return reply;
}

Task<v1::ImportUsersReply> UserHandler::import_users(rpc::Call& call,
                                                     const v1::ImportUsersRequest& request) {
  std::vector<ImportedUser> users;
  for (const auto& user : request.users()) {
    users.push_back({user.external_id(), user.email(), user.full_name()});
  }
  v1::ImportUsersReply reply;
  for (const auto& id : co_await use_cases_.accounts.import_users(call, std::move(users))) {
    reply.add_user_ids(id.str());
  }
  co_return reply;
}

}  // namespace souk::user
