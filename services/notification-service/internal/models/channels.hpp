#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "internal/models/message.hpp"

/// Which kinds of messages there are, and over which channels each goes. Pure.
namespace souk::notification {

enum class Channel { email, sms, push, inbox };

inline constexpr std::array kChannels{Channel::email, Channel::sms, Channel::push, Channel::inbox};

std::string_view name(Channel channel);
std::optional<Channel> channel_from(std::string_view name);

/// How a kind goes over one channel for somebody who has chosen nothing.
enum class Default {
  never,   ///< not offered
  off,     ///< who wants it switches it on
  on,      ///< who does not want it switches it off
  always,  ///< the law, or the purchase itself, wants it sent
};

struct KindRule {
  std::string_view kind;
  Default email, sms, push, inbox;

  Default on(Channel channel) const;
};

/// The kinds that a preference can be about. Any other kind (a password reset, a confirmation of an address)
/// is for its receiver's eyes only and for now: always by e-mail, never anywhere else.
std::span<const KindRule> kind_rules();
Default rule_for(std::string_view kind, Channel channel);

/// Whether its mails carry a link that ends them.
inline bool can_unsubscribe(std::string_view kind) {
  return rule_for(kind, Channel::email) == Default::on;
}

/// A message over one channel.
struct ChannelMessage {
  const NewMessage* message;
  Channel channel;
  bool by_default;  ///< for a user who has chosen nothing
};

/// The messages over each channel that their kinds know; SMS only where there is a provider. Whether a user
/// wants them is for the database to say. They point into `messages`.
std::vector<ChannelMessage> by_channel(const std::vector<NewMessage>& messages, bool sms_on);

/// A message that is due on a channel other than e-mail.
struct ChannelDue {
  MessageId id;
  TenantId tenant;
  UserId user;
  std::string kind;
  boost::json::object data;
  int attempts = 0;                  ///< before this one
  std::string phone;                 ///< empty: none that can be reached
  std::string locale = {};           ///< empty: the shop's
  std::vector<std::string> reached;  ///< devices that have it already
};

/// As its reader sees it in the inbox, before it is put into words.
struct InboxItem {
  MessageId id;
  std::string kind;
  boost::json::object data;
  Time created_at;
  std::optional<Time> read_at;
  std::string locale = {};  ///< of its reader; empty: the shop's
};

/// How a channel's failed messages are tried again: after `first`, doubled each time up to `longest`.
/// What arrives late is worth less on some than on others.
struct RetryPolicy {
  int max_attempts;
  std::chrono::seconds first, longest;

  std::chrono::seconds pause(int attempts) const;
};
RetryPolicy retry_policy(Channel channel);

}  // namespace souk::notification
