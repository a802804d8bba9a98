#pragma once

#include <string>
#include <vector>

#include "core/uuid.hpp"
#include "runtime/channel.hpp"
#include "user/user.pb.h"

namespace souk::order {

/// What a search among orders asks of the accounts. Owned by the module, on its loop.
class UserClient {
 public:
  explicit UserClient(rpc::Channel& channel)
      : find_(channel, "order-service", "souk.user.v1.UserService", "FindUser") {}

  /// Who has this e-mail address: the account, and the guests who gave it.
  Task<std::vector<UserId>> find(const rpc::Call& call, std::string email);

 private:
  rpc::Method<user::v1::FindUserRequest, user::v1::FindUserReply> find_;
};

}  // namespace souk::order
