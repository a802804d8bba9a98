#pragma once

#include <functional>

#include "core/uuid.hpp"
#include "messaging/consumer.hpp"

namespace souk::notification {

/// Registers what events do here: the account's contact is kept, and one message is queued per event and
/// channel; SMS only where `sms_on`.
/// `wake` is called after a commit that queued any. `ids` and `clock` outlive the consumer.
/// `shop_url`: where the links in messages lead.
void subscribe(messaging::Consumer& consumer, IdGenerator& ids, const Clock& clock,
               std::string shop_url, bool sms_on, std::function<void()> wake);

}  // namespace souk::notification
