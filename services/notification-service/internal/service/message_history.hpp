#pragma once

#include "internal/repository/message_repository.hpp"
#include "runtime/call.hpp"
#include "runtime/page_token.hpp"

namespace souk::notification {

struct MessagePage {
  std::vector<SentMessage> items;
  std::string next_page_token;
};

/// What was sent and what is about to be, for the back office. Owned by the module, on its loop.
class MessageHistory {
 public:
  MessageHistory(database::Database& database, std::span<const std::uint8_t> key,
                 const Clock& clock)
      : database_(database), tokens_(key), clock_(clock) {}

  /// Newest first. Throws Error{malformed, "invalid_page_token"}.
  Task<MessagePage> list(const rpc::Call& call, repository::MessageFilter filter,
                         std::string page_token, int page_size);

  /// Addresses that are no longer written to; the newest hundred.
  Task<std::vector<Bounce>> bounces(const rpc::Call& call);
  /// Throws Error{not_found} for an address that has not bounced.
  Task<> forget_bounce(const rpc::Call& call, std::string email);
  /// Queues a failed message again. Throws Error{not_found}, Error{conflict, "message_not_failed"}, and
  /// Error{conflict, "message_without_link"} for one whose link is gone: nobody but its reader may have it.
  Task<SentMessage> retry(const rpc::Call& call, MessageId id);

 private:
  database::Database& database_;
  runtime::PageTokens tokens_;
  const Clock& clock_;
};

}  // namespace souk::notification
