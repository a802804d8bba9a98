#include "internal/providers/smtp_session.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

#include "core/error.hpp"

namespace souk::notification {
namespace {

/// Names, routes and a TLS handshake take well under it where they work at all.
constexpr long kConnectLimitMs = 8'000;

/// A stopping process has ten seconds for everything.
constexpr std::chrono::seconds kStopPatience{5};

CURL* new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  auto* curl = curl_easy_init();
  if (curl == nullptr) throw unavailable("There is no memory for a connection to the mail server.");
  return curl;
}

SmtpStage stage_after(std::string_view command, SmtpStage before) {
  if (command.starts_with("MAIL FROM")) return SmtpStage::mail_from;
  if (command.starts_with("RCPT TO")) return SmtpStage::rcpt_to;
  if (command.starts_with("DATA")) return SmtpStage::data;
  return before;
}

std::string_view without_line_end(std::string_view line) {
  return line.substr(0, std::min(line.find_first_of("\r\n"), line.size()));
}

}  // namespace

SmtpSession::SmtpSession(SmtpServer server, const std::atomic<bool>& stopping)
    : server_(std::move(server)), stopping_(stopping), curl_(new_handle()) {
  configure();
}

SmtpSession::~SmtpSession() { curl_easy_cleanup(curl_); }

void SmtpSession::configure() {
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(curl_, option, value);
  };
  set(CURLOPT_URL, (server_.url + "/" + server_.helo_domain).c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, kConnectLimitMs);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(kSmtpTransferLimit.count()));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &SmtpSession::read);
  // Only the library's trace says which command a reply belongs to. It is looked at, never kept:
  // it has the login in it.
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, &SmtpSession::watch);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &SmtpSession::progress);
  set(CURLOPT_USE_SSL,
      static_cast<long>(server_.tls == SmtpTls::required        ? CURLUSESSL_ALL
                        : server_.tls == SmtpTls::opportunistic ? CURLUSESSL_TRY
                                                                : CURLUSESSL_NONE));
  if (server_.tls == SmtpTls::opportunistic) {
    // Who would do without encryption is not helped by refusing a certificate.
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!server_.ca_file.empty()) set(CURLOPT_CAINFO, server_.ca_file.c_str());
  if (!server_.user.empty()) {
    set(CURLOPT_USERNAME, server_.user.c_str());
    set(CURLOPT_PASSWORD, server_.password.c_str());
  }
}

SmtpFacts SmtpSession::deliver(const std::string& from, const std::string& to,
                               const std::string& mime) {
  auto facts = attempt(from, to, mime, false);
  const bool was_closed = !facts.connected && judge(facts) == SmtpVerdict::not_tried;
  if (was_closed && !stopping_) facts = attempt(from, to, mime, true);
  return facts;
}

SmtpFacts SmtpSession::attempt(const std::string& from, const std::string& to,
                               const std::string& mime, bool fresh) {
  Transfer transfer{.facts = {}, .unsent = mime, .stopping = &stopping_};
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(curl_, option, value);
  };
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients{
      curl_slist_append(nullptr, ("<" + to + ">").c_str()), curl_slist_free_all};
  set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  set(CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
  set(CURLOPT_READDATA, &transfer);
  set(CURLOPT_DEBUGDATA, &transfer);
  set(CURLOPT_XFERINFODATA, &transfer);

  const auto result = curl_easy_perform(curl_);
  auto& facts = transfer.facts;
  long code = 0;
  long connections = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_getinfo(curl_, CURLINFO_NUM_CONNECTS, &connections);
  facts.transferred = result == CURLE_OK;
  facts.code = static_cast<int>(code);
  facts.connected = connections > 0 || !open_;
  open_ = facts.transferred;
  if (!facts.transferred) facts.failure = curl_easy_strerror(result);
  // Each points at what ends with this function.
  set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  return std::move(transfer.facts);
}

std::size_t SmtpSession::read(char* into, std::size_t size, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  self.facts.stage = SmtpStage::content;
  const auto length = std::min(size * count, self.unsent.size());
  std::memcpy(into, self.unsent.data(), length);
  self.unsent.remove_prefix(length);
  return length;
}

int SmtpSession::watch(CURL*, curl_infotype type, char* text, std::size_t size, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  const std::string_view line{text, size};
  if (type == CURLINFO_HEADER_OUT) {
    self.leaving = self.leaving || line.starts_with("QUIT");
    self.facts.stage = stage_after(line, self.facts.stage);
  }
  if (type == CURLINFO_HEADER_IN && !self.leaving) self.facts.reply = without_line_end(line);
  return 0;
}

int SmtpSession::progress(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (!*self.stopping) return 0;
  const auto now = std::chrono::steady_clock::now();
  if (self.stopped_at == std::chrono::steady_clock::time_point{}) self.stopped_at = now;
  const bool may_end = self.facts.stage == SmtpStage::content;
  return may_end && now - self.stopped_at < kStopPatience ? 0 : 1;
}

}  // namespace souk::notification
