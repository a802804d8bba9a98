#include "internal/service/message_history.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/repository/bounce_repository.hpp"
#include "internal/repository/channel_repository.hpp"

namespace souk::notification {

Task<MessagePage> MessageHistory::list(const rpc::Call& call, repository::MessageFilter filter,
                                       std::string page_token, int page_size) {
  const auto name = fmt::format("messages/{}/{}\n{}\n{}\n{}", call.identity.tenant.str(),
                                filter.status, filter.channel, filter.kind, filter.recipient);
  const auto after = tokens_.read(name, page_token);
  const auto before = after ? std::optional{after->at(0)} : std::nullopt;
  MessagePage page;
  // One more than asked for tells whether there is a next page.
  page.items = co_await repository::list(database_, call.scope(), filter, before, page_size + 1);
  if (page.items.size() > static_cast<std::size_t>(page_size)) {
    page.items.pop_back();
    page.next_page_token = tokens_.make(name, {page.items.back().id.str()});
  }
  co_return page;
}

Task<std::vector<Bounce>> MessageHistory::bounces(const rpc::Call& call) {
  constexpr int kShown = 100;
  co_return co_await repository::bounces(database_, call.scope(), kShown);
}

Task<> MessageHistory::forget_bounce(const rpc::Call& call, std::string email) {
  const auto known =
      co_await repository::forget_bounce(database_, call.scope(), text::to_lower(email));
  if (!known) throw not_found("bounced address");
}

Task<SentMessage> MessageHistory::retry(const rpc::Call& call, MessageId id) {
  auto retried = co_await repository::retry(database_, call.scope(), id, clock_.now());
  if (!retried.message) throw not_found("message");
  if (!retried.done && retried.message->status == "failed") {
    throw Error{Kind::conflict, "message_without_link",
                "Its link is gone, and without it the mail is worth nothing. The customer can ask "
                "for another."};
  }
  if (!retried.done) {
    throw Error{Kind::conflict, "message_not_failed",
                "Only a message that has failed can be sent again."};
  }
  co_return *std::move(retried.message);
}

}  // namespace souk::notification
