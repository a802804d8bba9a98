#pragma once

#include "internal/service/account_mails.hpp"
#include "internal/service/accounts.hpp"
#include "internal/service/address_book.hpp"
#include "internal/service/administration.hpp"
#include "internal/service/authentication.hpp"
#include "internal/service/open_sessions.hpp"
#include "internal/service/revocations.hpp"
#include "runtime/module.hpp"
#include "runtime/page_token.hpp"
#include "user/user.pb.h"

namespace souk::user {

/// Proto in, proto out. Owned by the module, on its loop.
class UserHandler {
 public:
  struct UseCases {
    Authentication& authentication;
    OpenSessions& sessions;
    Accounts& accounts;
    AddressBook& addresses;
    AccountMails& mails;
    Administration& administration;
    Revocations& revocations;
    const SigningKeys& keys;
  };

  UserHandler(const runtime::ModuleContext& context, UseCases use_cases);

  rpc::Service& service() { return service_; }

 private:
  Task<v1::Session> register_customer(rpc::Call& call, const v1::RegisterRequest& request);
  Task<v1::Session> open_guest_session(rpc::Call& call, const v1::OpenGuestSessionRequest& request);
  Task<v1::Session> login(rpc::Call& call, const v1::LoginRequest& request);
  Task<v1::Session> refresh(rpc::Call& call, const v1::RefreshRequest& request);
  Task<common::v1::Nothing> logout(rpc::Call& call, const v1::LogoutRequest& request);
  Task<v1::Session> change_password(rpc::Call& call, const v1::ChangePasswordRequest& request);
  Task<common::v1::Nothing> verify_email(rpc::Call& call, const v1::VerifyEmailRequest& request);
  Task<common::v1::Nothing> resend_verification(rpc::Call& call,
                                                const v1::ResendVerificationRequest& request);
  Task<common::v1::Nothing> forgot_password(rpc::Call& call,
                                            const v1::ForgotPasswordRequest& request);
  Task<common::v1::Nothing> reset_password(rpc::Call& call,
                                           const v1::ResetPasswordRequest& request);
  Task<common::v1::Nothing> change_email(rpc::Call& call, const v1::ChangeEmailRequest& request);
  Task<v1::ListSessionsReply> list_sessions(rpc::Call& call,
                                            const v1::ListSessionsRequest& request);
  Task<common::v1::Nothing> end_session(rpc::Call& call, const v1::EndSessionRequest& request);
  Task<common::v1::Nothing> end_other_sessions(rpc::Call& call,
                                               const v1::EndOtherSessionsRequest& request);
  Task<v1::User> get_profile(rpc::Call& call, const v1::GetProfileRequest& request);
  Task<v1::User> update_profile(rpc::Call& call, const v1::UpdateProfileRequest& request);
  Task<v1::ListAddressesReply> list_addresses(rpc::Call& call,
                                              const v1::ListAddressesRequest& request);
  Task<v1::SavedAddress> save_address(rpc::Call& call, const v1::SaveAddressRequest& request);
  Task<v1::SavedAddress> update_address(rpc::Call& call, const v1::UpdateAddressRequest& request);
  Task<common::v1::Nothing> delete_address(rpc::Call& call,
                                           const v1::DeleteAddressRequest& request);
  Task<v1::ListUsersReply> list_users(rpc::Call& call, const v1::ListUsersRequest& request);
  Task<v1::FindUserReply> find_user(rpc::Call& call, const v1::FindUserRequest& request);
  Task<v1::User> get_user(rpc::Call& call, const v1::GetUserRequest& request);
  Task<v1::User> set_roles(rpc::Call& call, const v1::SetRolesRequest& request);
  Task<v1::User> disable_user(rpc::Call& call, const v1::DisableUserRequest& request);
  Task<v1::User> enable_user(rpc::Call& call, const v1::EnableUserRequest& request);
  Task<v1::User> create_admin(rpc::Call& call, const v1::CreateAdminRequest& request);
  Task<v1::GetJwksReply> get_jwks(rpc::Call& call, const v1::GetJwksRequest& request);
  Task<v1::ListRevocationsReply> list_revocations(rpc::Call& call,
                                                  const v1::ListRevocationsRequest& request);
  Task<v1::ImportUsersReply> import_users(rpc::Call& call, const v1::ImportUsersRequest& request);

  UseCases use_cases_;
  runtime::PageTokens page_tokens_;
  rpc::Service service_;
};

}  // namespace souk::user
