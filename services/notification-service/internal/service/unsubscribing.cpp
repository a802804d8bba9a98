#include "internal/service/unsubscribing.hpp"

#include <array>

#include <fmt/format.h>

#include "internal/repository/preference_repository.hpp"

namespace souk::notification {
namespace {

/// The kinds' names in a sentence.
std::string in_words(std::string_view kind) {
  if (kind == "order_shipped") return "e-mails that say that a parcel is on its way";
  if (kind == "payment_success") return "e-mails that say that a payment has arrived";
  return "e-mails like this one";
}

std::string page(std::string_view title, std::string_view text, std::string_view form) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" "
      "content=\"noindex\"><title>{0}</title></head>\n<body><main><h1>{0}</h1><p>{1}</p>{2}</main>"
      "</body></html>\n",
      title, text, form);
}

}  // namespace

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

std::string Unsubscribing::show(const std::string& token) const {
  const auto subscription = links_.read(token);
  return page("Unsubscribe", fmt::format("Do you want no more {}?", in_words(subscription.kind)),
              "<form method=\"post\"><button type=\"submit\">Unsubscribe</button></form>");
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
  co_return page("Done",
                 fmt::format("We will send you no more {}. In your account you can change your "
                             "mind at any time.",
                             in_words(subscription.kind)),
                 "");
}

}  // namespace souk::notification
