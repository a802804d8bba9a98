#pragma once

#include "internal/models/short_texts.hpp"
#include "internal/repository/inbox_repository.hpp"
#include "runtime/module.hpp"
#include "runtime/page_token.hpp"

namespace souk::notification {

struct InboxEntry {
  InboxItem item;
  ShortText words;
};

struct InboxView {
  std::vector<InboxEntry> items;
  std::string next_page_token;
  std::int64_t unread = 0;
};

/// A user's messages in the shop. They are put into words when they are read. Owned by the module, on its
/// loop.
class Inbox {
 public:
  Inbox(const runtime::ModuleContext& context, database::Database& database,
        const ShortTexts& texts)
      : clock_(context.clock), database_(database), texts_(texts), tokens_(context.key) {}

  /// Newest first. Throws Error{malformed, "invalid_page_token"}.
  Task<InboxView> list(const rpc::Call& call, bool unread_only, std::string page_token,
                       int page_size);
  /// Error{not_found} for a message that is not the caller's.
  Task<InboxEntry> read(const rpc::Call& call, MessageId id);
  /// How many were unread.
  Task<std::int64_t> read_all(const rpc::Call& call);

  /// What the caller has missed since `after`.
  Task<Happenings> follow(const rpc::Call& call, std::string after);
  /// The same of everybody, for the gateways.
  Task<Happenings> follow_all(const rpc::Call& call, std::string after);

 private:
  InboxEntry in_words(InboxItem item) const;

  const Clock& clock_;
  database::Database& database_;
  const ShortTexts& texts_;
  runtime::PageTokens tokens_;
};

}  // namespace souk::notification
