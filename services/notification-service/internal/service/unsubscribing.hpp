#pragma once

#include <optional>
#include <span>
#include <string>

#include "database/database.hpp"
#include "internal/models/channels.hpp"
#include "internal/models/template_set.hpp"
#include "runtime/call.hpp"
#include "runtime/module.hpp"
#include "security/signer.hpp"

namespace souk::notification {

/// Whom an unsubscribe link is about, and which mails it ends.
struct Subscription {
  TenantId tenant;
  UserId user;
  std::string kind;
};

/// The links under mails that end mails of their kind: whoever has the mail may follow it, without logging in,
/// and nobody can make one up. It does not expire: an old mail may be what reminds somebody. Immutable.
class UnsubscribeLinks {
 public:
  UnsubscribeLinks(std::span<const std::uint8_t> key, std::string public_url);

  /// Empty for a kind that always goes by e-mail.
  std::string url(const DueMessage& message) const;
  std::string token(const Subscription& subscription) const;
  /// Throws Error{malformed, "invalid_unsubscribe_token"}.
  Subscription read(const std::string& token) const;

 private:
  security::Signer signer_;
  std::string public_url_;
};

/// What happens at the other end of such a link. Owned by the module, on its loop.
class Unsubscribing {
 public:
  Unsubscribing(const runtime::ModuleContext& context, database::Database& database,
                const TemplateSet& templates, const UnsubscribeLinks& links)
      : clock_(context.clock), database_(database), templates_(templates), links_(links) {}

  /// A page that asks whether to do it, in the reader's language. Changes nothing.
  Task<std::string> show(const rpc::Call& call, std::string token);
  /// Does it, and a page that says so. Doing it twice is doing it once.
  Task<std::string> unsubscribe(const rpc::Call& call, std::string token);

 private:
  const Clock& clock_;
  database::Database& database_;
  const TemplateSet& templates_;
  const UnsubscribeLinks& links_;
};

}  // namespace souk::notification
