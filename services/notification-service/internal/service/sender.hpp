#pragma once

#include <deque>
#include <variant>

#include "database/tenant_batcher.hpp"
#include "internal/models/template_set.hpp"
#include "internal/providers/mail_provider.hpp"
#include "internal/repository/message_repository.hpp"
#include "internal/service/unsubscribing.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// The job that sends what is queued: leases due messages, renders them, gives them to the provider,
/// records the outcome. What fails is tried again later, at last marked `failed`. Any number of
/// replicas may run. A message that was just queued here is leased from its birth and handed over (take), which
/// saves looking for it. Owned by the module, on its loop; stop() waits for the batch in hand and gives the rest
/// back.
class Sender {
 public:
  Sender(const runtime::ModuleContext& context, database::Database& database,
         const TemplateSet& templates, MailProvider& provider, const UnsubscribeLinks& links);

  void start() { job_.start(); }
  /// There may be something due that is nobody's.
  void wake();
  Task<> stop();

  /// Until when mails may be leased to it; empty while it has enough in hand.
  std::optional<Time> lease() const;
  /// Mails that are leased to it until then.
  void take(std::vector<DueMessage> mails, Time lease_until);

  /// Sends what it was handed.
  Task<> send_taken();
  /// Sends what is due now and nobody's.
  Task<> send_due();

 private:
  struct Taken {
    DueMessage mail;
    Time lease_until;
  };

  Task<> work();
  Time lease_end() const;
  Task<std::size_t> send_batch();
  Task<> send_all(std::vector<Taken> mails);
  Task<> give_back();
  Task<> send_or_leave(const DueMessage& message, Time begin_by);
  Task<> send(const DueMessage& message);
  Task<std::vector<std::monostate>> note_sent(TenantId tenant,
                                              std::vector<repository::Dispatch> dispatches);
  Mail compose(const DueMessage& message) const;
  Task<> note_failure(database::Scope scope, const DueMessage& message, const Error& failure);
  void count(const DueMessage& message, const char* outcome);

  runtime::ModuleContext context_;
  database::Database& database_;
  const TemplateSet& templates_;
  MailProvider& provider_;
  const UnsubscribeLinks& links_;
  std::chrono::seconds send_time_;  ///< for one message, its database included
  database::TenantBatcher<repository::Dispatch, std::monostate> sent_;
  std::deque<Taken> taken_;
  Time next_look_{};  ///< for what is due; earlier where woken
  bool stopping_ = false;
  runtime::Job job_;
};

}  // namespace souk::notification
