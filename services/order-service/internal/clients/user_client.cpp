#include "internal/clients/user_client.hpp"

namespace souk::order {

Task<std::optional<UserId>> UserClient::find(const rpc::Call& call, std::string email) {
  user::v1::FindUserRequest request;
  request.set_email(std::move(email));
  const auto reply = co_await find_(call, std::move(request));
  if (reply.user_id().empty()) co_return std::nullopt;
  co_return UserId::from(reply.user_id());
}

}  // namespace souk::order
