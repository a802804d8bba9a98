#include "internal/clients/user_client.hpp"

namespace souk::order {

Task<std::vector<UserId>> UserClient::find(const rpc::Call& call, std::string email) {
  user::v1::FindUserRequest request;
  request.set_email(std::move(email));
  const auto reply = co_await find_(call, std::move(request));
  std::vector<UserId> users;
  if (!reply.user_id().empty()) users.push_back(UserId::from(reply.user_id()));
  for (const auto& guest : reply.guest_ids()) users.push_back(UserId::from(guest));
  co_return users;
}

}  // namespace souk::order
