#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "config/settings.hpp"
#include "internal/providers/mail_provider.hpp"
#include "internal/providers/smtp_session.hpp"
#include "middleware/log.hpp"
#include "security/bounded_workers.hpp"

namespace souk::notification {

struct SmtpOptions {
  SmtpServer server;
  MailFrom from;
  int per_second = 10;
};

/// What the settings say of the mail server. Throws Error{validation, "invalid_setting"} for what would
/// not work, or would send a password in the clear.
SmtpOptions smtp_options(const config::Settings& settings);
/// Who the mails come from: MAIL_FROM and MAIL_FROM_NAME.
MailFrom mail_from(const config::Settings& settings);

/// Gives mails to a mail server (SMTP, by libcurl). libcurl's easy interface blocks, so each
/// connection has a thread: four of them, which stay connected from one mail to the next. (Its multi
/// interface would bring a second event loop into this one for four connections.)
///
/// A server that cannot be reached or lets nobody in is left alone for a while, longer each time;
/// meanwhile nothing is tried and no message loses an attempt. Owned by the module, on its loop; stop()
/// lets mails end whose content is under way.
class SmtpMailer final : public MailProvider {
 public:
  SmtpMailer(boost::asio::any_io_executor loop, SmtpOptions options, const Clock& clock, Log& log);
  ~SmtpMailer() override;

  Task<> send(const Mail& mail) override;
  std::chrono::seconds time_limit() const override;
  void stop() override { stopping_ = true; }

 private:
  using Instant = std::chrono::steady_clock::time_point;

  Task<> wait_for_turn();
  Task<SmtpFacts> transfer(const Mail& mail);
  SmtpFacts transfer_now(const std::string& to, const std::string& mime, Instant begin_by);
  std::unique_ptr<SmtpSession> take_session();
  void note_away(const SmtpFacts& facts);

  boost::asio::any_io_executor loop_;
  SmtpOptions options_;
  const Clock& clock_;
  Log& log_;
  Instant next_turn_{};
  Instant away_until_{};
  int failures_ = 0;  ///< in a row, of the connection
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SmtpSession>> idle_;  ///< under the mutex
  security::BoundedWorkers workers_;
};

}  // namespace souk::notification
