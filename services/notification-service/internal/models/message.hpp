#pragma once

#include <array>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::notification {

using MessageId = Id<struct MessageTag>;

/// A message that an event asks for, before anybody has tried to send it.
struct NewMessage {
  EventId event;
  UserId user;
  std::string kind;  ///< a template's name
  boost::json::object data;
  std::string recipient = {};  ///< empty: the account's contact
};

/// The member of a message's data that must not outlive its sending: a link that lets somebody in.
inline constexpr char kSecretLink[] = "secret_link";

/// Until when the link works, in milliseconds.
inline constexpr char kSecretUntil[] = "secret_until_ms";

/// Mails that are about nothing but their link. It is taken out of them once they are sent or given up.
inline constexpr std::array<std::string_view, 3> kLinkMails{"verify_email", "email_change",
                                                            "password_reset"};

struct Contact {
  UserId user;
  std::string email;
  std::string full_name;
  std::string locale = {};  ///< "de", "pt-BR"; empty: the shop's
};

/// A message that is due, with the contact it goes to where that is known.
struct DueMessage {
  MessageId id;
  TenantId tenant;
  UserId user;
  std::string kind;
  boost::json::object data;
  int attempts = 0;   ///< before this one
  std::string email;  ///< empty: not known yet
  std::string full_name;
  std::string locale = {};
  bool bounced = false;  ///< the address is not to be written to
};

/// Whether its link has been over for somebody who reads the mail now.
bool link_is_over(const DueMessage& message, Time now);

/// An address that a mail server refused for good.
struct Bounce {
  std::string email;
  std::string reason;
  Time bounced_at;
};

/// As the back office sees it.
struct SentMessage {
  MessageId id;
  UserId user;
  std::string kind, channel, recipient, subject, status;
  int attempts = 0;
  Time created_at;
  std::optional<Time> sent_at;
  std::string last_error;
};

/// When a message that could not be sent is tried again: 5 s, 10 s, … at most an hour; 12 attempts are
/// most of a day, after which it is `failed`.
inline constexpr int kMaxAttempts = 12;
std::chrono::seconds retry_pause(int attempts);

}  // namespace souk::notification
