#include "internal/models/channels.hpp"

#include <algorithm>

namespace souk::notification {
namespace {

constexpr std::array<std::string_view, 4> kChannelNames{"email", "sms", "push", "inbox"};

// Quiet: nobody's phone rings for what was on the screen a moment ago, and SMS cost money, so they are asked
// for. What is owed to every buyer (what was bought, what failed, what comes back) always goes by mail.
constexpr std::array<KindRule, 8> kRules{{
    {"order_confirmation", Default::always, Default::off, Default::off, Default::on},
    {"payment_failed", Default::always, Default::off, Default::on, Default::on},
    {"order_cancelled", Default::always, Default::off, Default::on, Default::on},
    {"refund", Default::always, Default::off, Default::on, Default::on},
    {"refund_failed", Default::always, Default::off, Default::on, Default::on},
    {"order_shipped", Default::on, Default::off, Default::on, Default::on},
    {"payment_success", Default::on, Default::off, Default::off, Default::off},
    {"welcome", Default::on, Default::never, Default::never, Default::on},
}};

}  // namespace

std::string_view name(Channel channel) { return kChannelNames[static_cast<std::size_t>(channel)]; }

std::optional<Channel> channel_from(std::string_view wanted) {
  for (const auto channel : kChannels) {
    if (name(channel) == wanted) return channel;
  }
  return std::nullopt;
}

Default KindRule::on(Channel channel) const {
  switch (channel) {
    case Channel::email: return email;
    case Channel::sms: return sms;
    case Channel::push: return push;
    case Channel::inbox: return inbox;
  }
  std::unreachable();
}

std::span<const KindRule> kind_rules() { return kRules; }

Default rule_for(std::string_view kind, Channel channel) {
  const auto* rule = std::ranges::find(kRules, kind, &KindRule::kind);
  if (rule != kRules.end()) return rule->on(channel);
  return channel == Channel::email ? Default::always : Default::never;
}

std::vector<ChannelMessage> by_channel(const std::vector<NewMessage>& messages, bool sms_on) {
  std::vector<ChannelMessage> all;
  for (const auto& message : messages) {
    for (const auto channel : kChannels) {
      const auto rule = rule_for(message.kind, channel);
      if (rule == Default::never || (channel == Channel::sms && !sms_on)) continue;
      all.push_back({&message, channel, rule != Default::off});
    }
  }
  return all;
}

std::chrono::seconds RetryPolicy::pause(int attempts) const {
  return std::min<std::chrono::seconds>(first * (1LL << std::clamp(attempts, 0, 20)), longest);
}

RetryPolicy retry_policy(Channel channel) {
  using namespace std::chrono_literals;
  switch (channel) {
    case Channel::sms: return {8, 10s, 30min};  // an hour and a half in all
    case Channel::push: return {6, 5s, 10min};  // three minutes: the inbox has it too
    case Channel::email:                        // the Sender's own
    case Channel::inbox: break;
  }
  return {1, 1s, 1s};
}

}  // namespace souk::notification
