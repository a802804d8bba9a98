#pragma once

#include "database/database.hpp"
#include "internal/service/channel_sender.hpp"
#include "internal/service/pace.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// The job that sends what is queued on one channel beside e-mail: leases due messages, hands them to the
/// channel's sender, notes the outcome. What fails is tried again later, at last marked `failed`; what the
/// provider's pace does not allow now is given back, untried. Each channel has a job of its own: one whose
/// provider hangs holds up no other. Any number of replicas may run. Owned by the module, on its loop; stop()
/// waits for the batch in hand.
class ChannelJob {
 public:
  /// `per_second`: how many messages this process gives to the provider, at most.
  ChannelJob(const runtime::ModuleContext& context, database::Database& database,
             ChannelSender& sender, std::int64_t per_second);

  void start() { job_.start(); }
  /// There may be something to send now.
  void wake() { job_.wake(); }
  Task<> stop();

  /// Sends what is due now.
  Task<> send_due();

 private:
  Task<std::size_t> send_batch();
  Task<> send_or_leave(const ChannelDue& message, Time begin_by);
  Task<> send(const ChannelDue& message);
  Task<> note_failure(const ChannelDue& message, database::Scope scope, const Error& error);
  void count(const ChannelDue& message, const char* outcome);

  runtime::ModuleContext context_;
  database::Database& database_;
  ChannelSender& sender_;
  RetryPolicy policy_;
  Pace pace_;
  bool stopping_ = false;
  runtime::Job job_;
};

}  // namespace souk::notification
