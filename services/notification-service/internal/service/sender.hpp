#pragma once

#include <boost/asio/steady_timer.hpp>

#include "internal/models/template_set.hpp"
#include "internal/providers/mail_provider.hpp"
#include "internal/repository/message_repository.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// The job that sends what is queued: leases due messages, renders them, gives them to the provider,
/// records the outcome. What fails is tried again later, at last marked `failed`. Any number of
/// replicas may run. Owned by the module, on its loop; stop() waits for the message in hand.
class Sender {
 public:
  Sender(const runtime::ModuleContext& context, database::Database& database, const TemplateSet& templates,
         MailProvider& provider);

  void start();
  /// There may be something to send now.
  void wake() { timer_.cancel(); }
  Task<> stop();

  /// One round: sends what is due now; how many it tried.
  Task<std::size_t> send_due();

 private:
  Task<> work();
  Task<> send(const DueMessage& message);

  runtime::ModuleContext context_;
  database::Database& database_;
  const TemplateSet& templates_;
  MailProvider& provider_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer stopped_;
  bool stopping_ = false;
  bool running_ = false;
};

}  // namespace souk::notification
