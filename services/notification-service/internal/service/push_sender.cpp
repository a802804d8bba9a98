#include "internal/service/push_sender.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "internal/repository/channel_repository.hpp"
#include "internal/repository/device_repository.hpp"

namespace souk::notification {
namespace {

bool may_work_later(const Error& error) {
  return error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded ||
         error.kind == Kind::rate_limited;
}

}  // namespace

/// The page that it is about; the shop, where there is none.
std::string PushSender::address_of(const ChannelDue& message) const {
  const auto* page = message.data.if_contains("order_url");
  return page == nullptr ? shop_url_ : std::string{page->as_string()};
}

Task<Sent> PushSender::send(const ChannelDue& message, database::Scope scope) {
  const auto words = texts_.render(message.kind, message.data, message.locale);
  const Notice notice{.id = message.id.str(),
                      .kind = message.kind,
                      .title = words.title,
                      .text = words.text,
                      .url = address_of(message)};
  Round round{.delivered = static_cast<int>(message.reached.size()), .later = {}, .never = {}};
  for (const auto& device : co_await repository::devices(database_, scope, message.user)) {
    if (std::ranges::find(message.reached, device.id.str()) != message.reached.end()) continue;
    co_await send_to(message, device, notice, scope, round);
  }
  if (round.later) throw *round.later;
  if (round.delivered == 0) {
    if (round.never) throw *round.never;
    throw Error{Kind::conflict, "no_recipient", "There is no device that a message could go to."};
  }
  co_return Sent{fmt::format("{} device{}", round.delivered, round.delivered == 1 ? "" : "s"),
                 words.title};
}

Task<> PushSender::send_to(const ChannelDue& message, const Device& device, const Notice& notice,
                           database::Scope scope, Round& round) {
  const auto reach = co_await attempt(device, notice, scope, round);
  if (!reach) co_return;
  if (*reach == Reach::delivered) {
    ++round.delivered;
    co_await repository::note_reached(database_, scope, message.id, device.id.uuid());
  } else {
    log_.info("a device is gone", {{"device", device.id.str()}});
    co_await repository::forget_device(database_, scope, device.id);
  }
}

Task<std::optional<Reach>> PushSender::attempt(const Device& device, const Notice& notice,
                                               database::Scope scope, Round& round) {
  const auto provider = providers_.find(device.platform);
  if (provider == providers_.end()) co_return std::nullopt;  // no longer configured
  try {
    co_return co_await provider->second->send(device, notice, scope.deadline);
  } catch (const Error& error) {
    (may_work_later(error) ? round.later : round.never) = error;
    co_return std::nullopt;
  }
}

}  // namespace souk::notification
