#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/uuid.hpp"
#include "internal/models/message.hpp"
#include "messaging/consumer.hpp"

namespace souk::notification {

/// Who sends what is queued, on the same loop. The last two are called after the commit.
struct Sending {
  /// Until when mails may be leased to it; empty: it has enough in hand.
  std::function<std::optional<Time>()> lease;
  std::function<void(std::vector<DueMessage>, Time lease_until)> take;
  std::function<void()> wake;  ///< there is something that is not leased
};

/// Registers what events do here: the account's contact is kept, and one message is queued per event and
/// channel; SMS only where `sms_on`.
/// `ids` and `clock` outlive the consumer. `shop_url`: where the links in messages lead.
void subscribe(messaging::Consumer& consumer, IdGenerator& ids, const Clock& clock,
               std::string shop_url, bool sms_on, Sending sending);

}  // namespace souk::notification
