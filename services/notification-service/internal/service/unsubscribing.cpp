#include "internal/service/unsubscribing.hpp"

#include <fmt/format.h>

#include "internal/repository/message_repository.hpp"
#include "internal/repository/preference_repository.hpp"

namespace souk::notification {
UnsubscribeLinks::UnsubscribeLinks(std::span<const std::uint8_t> key, std::string public_url)
    : signer_(security::SecretKey{key}, "unsubscribe"), public_url_(std::move(public_url)) {
  if (public_url_.ends_with('/')) public_url_.pop_back();
}

std::string UnsubscribeLinks::url(const DueMessage& message) const {
  if (!can_unsubscribe(message.kind)) return {};
  return fmt::format("{}/api/v1/notifications/unsubscribe?token={}", public_url_,
                     token({message.tenant, message.user, message.kind}));
}

std::string UnsubscribeLinks::token(const Subscription& subscription) const {
  return signer_.seal(fmt::format("{}\n{}\n{}", subscription.tenant.str(), subscription.user.str(),
                                  subscription.kind));
}

Subscription UnsubscribeLinks::read(const std::string& token) const {
  const auto text = signer_.open(token);
  const auto first = text ? text->find('\n') : std::string::npos;
  const auto second = first == std::string::npos ? first : text->find('\n', first + 1);
  if (second == std::string::npos) {
    throw Error{Kind::malformed, "invalid_unsubscribe_token", "This link is not one of ours."};
  }
  return {TenantId::from(text->substr(0, first)),
          UserId::from(text->substr(first + 1, second - first - 1)), text->substr(second + 1)};
}

Task<std::string> Unsubscribing::show(const rpc::Call& call, std::string token) {
  const auto subscription = links_.read(token);
  auto scope = call.scope();
  scope.tenant = subscription.tenant;
  const auto locale = co_await repository::locale_of(database_, scope, subscription.user);
  co_return templates_.unsubscribe_page(subscription.kind, false, locale);
}

Task<std::string> Unsubscribing::unsubscribe(const rpc::Call& call, std::string token) {
  const auto subscription = links_.read(token);
  auto scope = call.scope();
  scope.tenant = subscription.tenant;
  co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<> {
    repository::save_choices(tx, subscription.user,
                             {{subscription.kind, std::string{name(Channel::email)}, false}},
                             clock_.now());
    co_return;
  });
  const auto locale = co_await repository::locale_of(database_, scope, subscription.user);
  co_return templates_.unsubscribe_page(subscription.kind, true, locale);
}

}  // namespace souk::notification
