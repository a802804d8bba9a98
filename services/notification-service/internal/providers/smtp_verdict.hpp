#pragma once

#include <string>
#include <string_view>

namespace souk::notification {

/// How far a mail's transfer has got, as the commands that were sent tell.
enum class SmtpStage { connecting, mail_from, rcpt_to, data, content };

/// What a transfer came to.
enum class SmtpVerdict {
  accepted,
  not_tried,    ///< it is not about this mail: no connection, no login, a server that has no time
  later,        ///< refused for now, or an outcome that nobody has told
  bad_address,  ///< there is no such mailbox
  refused,      ///< for good
};

/// The facts of a transfer.
struct SmtpFacts {
  bool transferred = false;  ///< the library reports success
  SmtpStage stage = SmtpStage::connecting;
  int code = 0;            ///< the server's last reply; 0 without one
  std::string reply;       ///< its last line, "550 5.1.1 No such user"
  std::string failure;     ///< the library's words
  bool connected = false;  ///< a new connection was tried, rather than one that was open used
};

/// RFC 5321 4.2.1 (4yz may be tried again, 5yz not) with the enhanced codes of RFC 3463: a 5yz to
/// RCPT TO means the address unless X.Y.Z says that it is about something else (5.7.1: policy).
SmtpVerdict judge(const SmtpFacts& facts);

/// "5.1.1" of "550 5.1.1 No such user"; empty without one.
std::string_view enhanced_code(std::string_view reply);

}  // namespace souk::notification
