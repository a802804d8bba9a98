#pragma once

#include "runtime/channel.hpp"
#include "user/user.pb.h"

namespace souk::gateway {

/// What the gateway asks user-service for itself: the keys of access tokens, and which sessions ended.
struct UserClient {
  explicit UserClient(rpc::Channel& channel)
      : get_jwks(channel, "api-gateway", "souk.user.v1.UserService", "GetJwks"),
        list_revocations(channel, "api-gateway", "souk.user.v1.UserService", "ListRevocations") {}

  rpc::Method<user::v1::GetJwksRequest, user::v1::GetJwksReply> get_jwks;
  rpc::Method<user::v1::ListRevocationsRequest, user::v1::ListRevocationsReply> list_revocations;
};

}  // namespace souk::gateway
