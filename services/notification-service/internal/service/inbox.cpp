#include "internal/service/inbox.hpp"

#include <fmt/format.h>

namespace souk::notification {
namespace {

/// A page of what a client has missed; and of what a gateway reads at once.
constexpr int kMissedPage = 100;
constexpr int kLivePage = 500;

}  // namespace

InboxEntry Inbox::in_words(InboxItem item) const {
  auto words = texts_.render(item.kind, item.data, item.locale);
  return {std::move(item), std::move(words)};
}

Task<InboxView> Inbox::list(const rpc::Call& call, bool unread_only, std::string page_token,
                            int page_size) {
  const auto user = call.identity.require_user();
  const auto name =
      fmt::format("inbox/{}/{}/{}", call.identity.tenant.str(), user.str(), unread_only);
  const auto after = tokens_.read(name, page_token);
  const auto before = after ? std::optional{after->at(0)} : std::nullopt;
  // One more than asked for tells whether there is a next page.
  auto page =
      co_await repository::inbox(database_, call.scope(), user, unread_only, before, page_size + 1);
  InboxView view{.items = {}, .next_page_token = {}, .unread = page.unread};
  if (page.items.size() > static_cast<std::size_t>(page_size)) {
    page.items.pop_back();
    view.next_page_token = tokens_.make(name, {page.items.back().id.str()});
  }
  for (auto& item : page.items) view.items.push_back(in_words(std::move(item)));
  co_return view;
}

Task<InboxEntry> Inbox::read(const rpc::Call& call, MessageId id) {
  auto item = co_await repository::read_one(database_, call.scope(), call.identity.require_user(),
                                            id, clock_.now());
  if (!item) throw not_found("message");
  co_return in_words(*std::move(item));
}

Task<std::int64_t> Inbox::read_all(const rpc::Call& call) {
  co_return co_await repository::read_all(database_, call.scope(), call.identity.require_user(),
                                          clock_.now());
}

Task<Happenings> Inbox::follow(const rpc::Call& call, std::string after) {
  co_return co_await repository::happenings(database_, call.scope(), after,
                                            call.identity.require_user(), kMissedPage);
}

Task<Happenings> Inbox::follow_all(const rpc::Call& call, std::string after) {
  co_return co_await repository::happenings(database_, {kEveryTenant, call.deadline}, after,
                                            std::nullopt, kLivePage);
}

}  // namespace souk::notification
