#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "internal/providers/smtp_verdict.hpp"

namespace souk::notification {

/// From the first connection to the reply to the mail's last line. Servers that look into a mail while
/// the sender waits take seconds; who takes longer than this gets the mail again.
inline constexpr std::chrono::milliseconds kSmtpTransferLimit{30'000};

/// Whether a connection is encrypted: always and verified; where the server offers it, whoever it is;
/// never.
enum class SmtpTls { required, opportunistic, off };

struct SmtpServer {
  std::string url;  ///< smtp://host:587 or smtps://host:465
  std::string user;
  std::string password;
  SmtpTls tls = SmtpTls::required;
  std::string ca_file;      ///< empty: the system's authorities
  std::string helo_domain;  ///< what we call ourselves
};

/// One connection to a mail server, kept open from one mail to the next. Blocks; owned by
/// SmtpMailer, used by one thread at a time.
class SmtpSession {
 public:
  /// `stopping`: transfers that have not come to the mail's content give up, others after some seconds.
  SmtpSession(SmtpServer server, const std::atomic<bool>& stopping);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  /// A connection that the server has closed meanwhile is replaced, once.
  SmtpFacts deliver(const std::string& from, const std::string& to, const std::string& mime);

 private:
  struct Transfer {
    SmtpFacts facts;
    std::string_view unsent;
    const std::atomic<bool>* stopping;
    std::chrono::steady_clock::time_point stopped_at = {};  ///< when it was first seen to stop
    bool leaving = false;  ///< QUIT was said: what comes now is no answer to the mail
  };

  static std::size_t read(char* into, std::size_t size, std::size_t count, void* transfer);
  static int watch(CURL* curl, curl_infotype type, char* text, std::size_t size, void* transfer);
  static int progress(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  void configure();
  SmtpFacts attempt(const std::string& from, const std::string& to, const std::string& mime,
                    bool fresh);

  SmtpServer server_;
  const std::atomic<bool>& stopping_;
  CURL* curl_;
  bool open_ = false;  ///< the last mail left its connection open
};

}  // namespace souk::notification
