#pragma once

#include <string>

#include "core/clock.hpp"

namespace souk::notification {

/// Who the mails come from. The domain also ends their Message-IDs.
struct MailFrom {
  std::string address = "no-reply@souk.local";
  std::string name = "Souk";

  std::string domain() const { return address.substr(address.find('@') + 1); }
};

/// A rendered e-mail.
struct Mail {
  std::string id;  ///< of the message; becomes the Message-ID
  std::string recipient;
  std::string recipient_name;
  std::string subject;
  std::string text;
  std::string html;
  std::string unsubscribe_url = {};  ///< empty: a mail that one cannot unsubscribe from
};

/// RFC 5322 with a multipart/alternative body (RFC 2046), UTF-8 in base64; header values are encoded
/// words (RFC 2047) where they are not ASCII, so that nothing in them can start a header of its own.
/// With a link to unsubscribe, mail clients get it as RFC 2369 and RFC 8058 (one click) say.
std::string to_mime(const Mail& mail, const MailFrom& from, Time now);

}  // namespace souk::notification
