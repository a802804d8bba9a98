#pragma once

#include <string>

#include "core/clock.hpp"

namespace souk::notification {

/// A rendered e-mail.
struct Mail {
  std::string id;  ///< of the message; becomes the Message-ID
  std::string recipient;
  std::string recipient_name;
  std::string subject;
  std::string text;
  std::string html;
};

/// RFC 5322 with a multipart/alternative body (RFC 2046), UTF-8 in base64; header values are encoded
/// words (RFC 2047) where they are not ASCII, so that nothing in them can start a header of its own.
std::string to_mime(const Mail& mail, Time now);

}  // namespace souk::notification
