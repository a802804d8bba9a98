#include "internal/providers/smtp_mailer.hpp"

#include <algorithm>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

/// A mail takes some round trips and rarely keeps the server busy: four at once are 60 mails a second at
/// 60 ms each, more than most servers let one sender have.
constexpr std::size_t kConnections = 4;
/// Two batches of the sender.
constexpr std::size_t kQueue = 100;
/// How long a mail waits for its turn, and then for a connection, before it goes back to the database.
constexpr auto kTurnPatience = 5s;
constexpr auto kQueuePatience = 5s;
constexpr auto kLongestPause = 60s;

Error not_tried(std::string why, std::chrono::seconds retry_after) {
  Error error{Kind::rate_limited, "mail_not_tried", std::move(why)};
  error.retry_after = std::max(retry_after, std::chrono::seconds{1});
  return error;
}

std::chrono::seconds rounded_up(std::chrono::steady_clock::duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration);
}

/// The server's words where it spoke, else the library's.
std::string reason(const SmtpFacts& facts) {
  return facts.code >= 400 && !facts.reply.empty() ? facts.reply : facts.failure;
}

[[noreturn]] void refuse_smtp(std::string_view setting, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting", fmt::format("Setting {}: {}", setting, why)};
}

std::string host_of(const std::string& url) {
  const auto start = url.find("://") + 3;
  if (url.substr(start).starts_with('[')) {
    return url.substr(start + 1, url.find(']', start) - start - 1);
  }
  return url.substr(start, url.find_first_of(":/", start) - start);
}

bool is_here(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

SmtpTls smtp_tls(const std::string& word) {
  if (word == "off") return SmtpTls::off;
  return word == "opportunistic" ? SmtpTls::opportunistic : SmtpTls::required;
}

void check_smtp(const SmtpServer& server, const config::Settings& settings) {
  if (!server.url.starts_with("smtp://") && !server.url.starts_with("smtps://")) {
    refuse_smtp("SMTP_URL", "must begin with smtp:// or smtps://");
  }
  if (host_of(server.url).empty() || server.url.find('@') != std::string::npos ||
      server.url.find('/', server.url.find("://") + 3) != std::string::npos) {
    refuse_smtp("SMTP_URL", "is smtp://host:port; the login goes to SMTP_USER and SMTP_PASSWORD");
  }
  if (!settings.optional("MAIL_FROM")) {
    refuse_smtp("MAIL_FROM", "SMTP_URL needs the address that mails come from");
  }
  if (!server.user.empty() && server.tls != SmtpTls::required && !is_here(host_of(server.url))) {
    refuse_smtp("SMTP_TLS", "must be required where SMTP_USER logs in over a network");
  }
}

}  // namespace

MailFrom mail_from(const config::Settings& settings) {
  MailFrom from;
  if (const auto address = settings.optional("MAIL_FROM")) from.address = *address;
  from.name = settings.text("MAIL_FROM_NAME");
  if (!text::is_email(from.address)) refuse_smtp("MAIL_FROM", "must be an e-mail address");
  if (!text::is_one_line(from.name)) refuse_smtp("MAIL_FROM_NAME", "must be one line");
  return from;
}

SmtpOptions smtp_options(const config::Settings& settings) {
  SmtpOptions options{.server = {.url = settings.text("SMTP_URL"),
                                 .user = settings.text("SMTP_USER"),
                                 .password = settings.text("SMTP_PASSWORD"),
                                 .tls = smtp_tls(settings.text("SMTP_TLS")),
                                 .ca_file = settings.text("SMTP_CA_FILE"),
                                 .helo_domain = {}},
                      .from = mail_from(settings),
                      .per_second = static_cast<int>(settings.integer("MAIL_RATE_PER_SECOND"))};
  if (options.server.url.ends_with('/')) options.server.url.pop_back();
  options.server.helo_domain = options.from.domain();
  check_smtp(options.server, settings);
  return options;
}

SmtpMailer::SmtpMailer(boost::asio::any_io_executor loop, SmtpOptions options, const Clock& clock,
                       Log& log)
    : loop_(std::move(loop)),
      options_(std::move(options)),
      clock_(clock),
      log_(log),
      workers_(kConnections, kQueue) {}

SmtpMailer::~SmtpMailer() {
  stopping_ = true;
  workers_.stop();
}

std::chrono::seconds SmtpMailer::time_limit() const {
  // The connection that had gone is replaced within its limit twice over.
  return kTurnPatience + kQueuePatience + 2 * rounded_up(kSmtpTransferLimit);
}

Task<> SmtpMailer::send(const Mail& mail) {
  // libcurl puts an address into the command as it is.
  if (!text::is_email(mail.recipient)) {
    throw Error{Kind::not_found, "no_such_address", "The recipient's address is none."};
  }
  co_await wait_for_turn();
  const auto facts = co_await transfer(mail);
  const auto verdict = judge(facts);
  if (verdict == SmtpVerdict::not_tried) {
    note_away(facts);
    throw not_tried(reason(facts), rounded_up(away_until_ - std::chrono::steady_clock::now()));
  }
  failures_ = 0;
  if (verdict == SmtpVerdict::accepted) co_return;
  if (verdict == SmtpVerdict::later) throw unavailable(reason(facts));
  if (verdict == SmtpVerdict::bad_address) {
    throw Error{Kind::not_found, "no_such_address", reason(facts)};
  }
  throw Error{Kind::conflict, "mail_refused", reason(facts)};
}

/// Mails leave at even distances, so that no burst meets the server's own limit.
Task<> SmtpMailer::wait_for_turn() {
  const auto now = std::chrono::steady_clock::now();
  if (stopping_) throw not_tried("The platform is stopping.", 1s);
  if (now < away_until_) {
    throw not_tried("The mail server is left alone for now.", rounded_up(away_until_ - now));
  }
  const auto turn = std::max(now, next_turn_);
  if (turn - now > kTurnPatience) throw not_tried("Its turn has not come.", rounded_up(turn - now));
  next_turn_ = turn + std::chrono::nanoseconds{1s} / options_.per_second;
  if (turn == now) co_return;
  boost::asio::steady_timer timer{loop_, turn};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

/// On a worker's thread; resumes the caller on its own.
Task<SmtpFacts> SmtpMailer::transfer(const Mail& mail) {
  auto mime = to_mime(mail, options_.from, clock_.now());
  const auto begin_by = std::chrono::steady_clock::now() + kQueuePatience;
  auto start = [this, &mime, to = mail.recipient, begin_by](auto handler) {
    const auto executor = boost::asio::get_associated_executor(handler);
    auto job = [this, handler = std::move(handler), guard = boost::asio::make_work_guard(executor),
                to, mime = std::move(mime), begin_by](security::BoundedWorkers::Fate fate) mutable {
      SmtpFacts facts{.failure = "There is too much to send."};
      if (fate != security::BoundedWorkers::Fate::cancelled) {
        facts = transfer_now(to, mime, begin_by);
      }
      auto resume = [handler = std::move(handler), facts = std::move(facts)]() mutable {
        std::move(handler)(std::exception_ptr{}, std::move(facts));
      };
      return [guard = std::move(guard), resume = std::move(resume)]() mutable {
        boost::asio::post(guard.get_executor(), std::move(resume));
      };
    };
    security::BoundedWorkers::Job as_job{std::move(job)};
    if (!workers_.try_submit(as_job)) as_job(security::BoundedWorkers::Fate::cancelled)();
  };
  using Signature = void(std::exception_ptr, SmtpFacts);
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
      std::move(start), boost::asio::use_awaitable);
}

SmtpFacts SmtpMailer::transfer_now(const std::string& to, const std::string& mime,
                                   Instant begin_by) {
  if (stopping_ || std::chrono::steady_clock::now() > begin_by) {
    return {.failure = "No connection was free."};
  }
  try {
    auto session = take_session();
    auto facts = session->deliver(options_.from.address, to, mime);
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(session));
    return facts;
  } catch (const std::exception& error) {
    return {.failure = error.what()};
  }
}

std::unique_ptr<SmtpSession> SmtpMailer::take_session() {
  const std::lock_guard lock{mutex_};
  if (idle_.empty()) return std::make_unique<SmtpSession>(options_.server, stopping_);
  auto session = std::move(idle_.back());  // the one used last is the one still connected
  idle_.pop_back();
  return session;
}

void SmtpMailer::note_away(const SmtpFacts& facts) {
  const auto now = std::chrono::steady_clock::now();
  if (stopping_ || now < away_until_) return;  // another mail met the same failure
  const bool reached = facts.connected || facts.code != 0;
  if (!reached) {  // only our own queue was full
    away_until_ = now + 1s;
    return;
  }
  const auto pause =
      std::min<std::chrono::seconds>(2s * (1 << std::min(failures_, 5)), kLongestPause);
  ++failures_;
  away_until_ = now + pause;
  // What a server says before it was told of a mail names nobody.
  log_.warn("the mail server takes no mails now",
            {{"reason", reason(facts)}, {"pause_s", pause.count()}});
}

}  // namespace souk::notification
