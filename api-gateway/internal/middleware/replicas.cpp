#include "internal/middleware/replicas.hpp"

#include <fmt/format.h>

#include "common/replicas.pb.h"
#include "internal/middleware/redis_second_level.hpp"

namespace souk::gateway {
namespace {

constexpr const char* kDropped = "souk:replies:dropped";
/// How long replicas may differ about what an address has left. At 200 requests/s that is 20.
constexpr std::chrono::milliseconds kSettleEvery{100};

}  // namespace

Replicas::Replicas(const runtime::ModuleContext& context, const redis::Address& address,
                   Authenticator& authenticator, std::vector<SharedLimit*> limits,
                   Handlers handlers)
    : random_(context.random),
      limits_(std::move(limits)),
      handlers_(std::move(handlers)),
      line_(context, address),
      neighbours_(context, line_, authenticator),
      settling_(context.loop, context.log, "settling rate limits", kSettleEvery,
                [this] { return settle_limits(); }) {
  line_.hear(kDropped, [this](const std::string& text) { on_dropped(text); });
  line_.on_up(handlers_.on_gap);
  authenticator.meet(neighbours_);
}

void Replicas::start() {
  line_.start();
  settling_.start();
}

Task<> Replicas::stop() {
  co_await settling_.stop();
  co_await line_.stop();
}

void Replicas::tell_dropped(const std::string& topic, const std::vector<std::string>& names) {
  common::v1::RepliesDropped post;
  post.set_topic(topic);
  for (const auto& name : names) post.add_names(name);
  line_.spawn(drop(topic, names, line_.sealed(kDropped, post)));
}

// This replica hears its own post like the others: it may have taken a reply from Redis after the event
// came, and before Redis knew.
Task<> Replicas::drop(std::string topic, std::vector<std::string> names, std::string news) {
  co_await RedisSecondLevel::drop(line_.redis(), std::move(topic), std::move(names),
                                  fmt::format("{:016x}", random_.next()), kDropped,
                                  std::move(news));
}

void Replicas::on_dropped(const std::string& text) const {
  common::v1::RepliesDropped post;
  if (!post.ParseFromString(text)) return;
  handlers_.on_dropped(post.topic(), {post.names().begin(), post.names().end()});
}

Task<> Replicas::settle_limits() {
  for (auto* limit : limits_) co_await limit->settle(line_.redis());
}

}  // namespace souk::gateway
