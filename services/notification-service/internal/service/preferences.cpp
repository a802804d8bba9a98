#include "internal/service/preferences.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "internal/models/channels.hpp"

namespace souk::notification {
namespace {

bool default_choice(Default rule) { return rule == Default::on || rule == Default::always; }

std::vector<Choice> with_defaults(const std::vector<Choice>& chosen) {
  std::vector<Choice> all;
  for (const auto& rule : kind_rules()) {
    for (const auto channel : kChannels) {
      if (rule.on(channel) == Default::never) continue;
      auto& one = all.emplace_back(Choice{std::string{rule.kind}, std::string{name(channel)},
                                          default_choice(rule.on(channel))});
      const auto found = std::ranges::find_if(chosen, [&one](const Choice& choice) {
        return choice.kind == one.kind && choice.channel == one.channel;
      });
      if (found != chosen.end()) one.enabled = found->enabled;
    }
  }
  return all;
}

/// What cannot be switched may still be named as it is: a client may send back all that it was shown.
void check_choice(const Choice& choice, std::size_t index) {
  const auto known = std::ranges::find(kind_rules(), choice.kind, &KindRule::kind);
  if (known == kind_rules().end()) {
    throw invalid_field(fmt::format("items[{}].kind", index), "not_allowed",
                        "There is no such kind of message.");
  }
  const auto rule = known->on(*channel_from(choice.channel));
  const bool fixed = rule == Default::always || rule == Default::never;
  if (fixed && choice.enabled != default_choice(rule)) {
    throw invalid_field(fmt::format("items[{}].enabled", index), "not_allowed",
                        rule == Default::always ? "This message is always sent."
                                                : "This message does not go over this channel.");
  }
}

}  // namespace

Task<std::vector<Choice>> PreferenceBook::of(const rpc::Call& call) {
  const auto chosen =
      co_await repository::choices(database_, call.scope(), call.identity.require_user());
  co_return with_defaults(chosen);
}

Task<std::vector<Choice>> PreferenceBook::change(const rpc::Call& call,
                                                 std::vector<Choice> changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) check_choice(changes[i], i);
  std::erase_if(changes, [](const Choice& choice) {
    const auto rule = rule_for(choice.kind, *channel_from(choice.channel));
    return rule == Default::always || rule == Default::never;
  });
  const auto user = call.identity.require_user();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    repository::save_choices(tx, user, changes, clock_.now());
    co_return;
  });
  co_return co_await of(call);
}

}  // namespace souk::notification
