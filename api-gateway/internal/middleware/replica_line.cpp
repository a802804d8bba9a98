#include "internal/middleware/replica_line.hpp"

#include <ranges>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "internal/middleware/shared_deadline.hpp"
#include "security/signer.hpp"

namespace souk::gateway {
namespace {

/// A post for one channel is none for another.
security::Signer seal_of(const security::SecretKey& key, std::string_view channel) {
  return {key, fmt::format("replica post {}", channel)};
}

}  // namespace

ReplicaLine::ReplicaLine(const runtime::ModuleContext& context, const redis::Address& address)
    : context_(context),
      address_(address),
      id_(fmt::format("{:016x}", context.random.next())),
      key_(context.key),
      redis_(context.loop, address, context.log, context.metrics, context.random),
      work_(context.loop) {}

void ReplicaLine::start() {
  const auto names = handlers_ | std::views::keys;
  subscriber_ = std::make_unique<redis::Subscriber>(
      context_.loop, address_, std::vector<std::string>{names.begin(), names.end()},
      redis::Subscriber::Handlers{
          .on_message = [this](const std::string& channel,
                               const std::string& text) { on_message(channel, text); },
          .on_connected = [this] { on_up_(); }},
      context_.log, context_.metrics, context_.random);
  redis_.start();
  subscriber_->start();
}

Task<> ReplicaLine::stop() {
  if (subscriber_) co_await subscriber_->stop();
  co_await work_.wait();
  co_await redis_.stop();
}

std::string ReplicaLine::sealed(std::string_view channel,
                                const google::protobuf::Message& post) const {
  return seal_of(key_, channel).seal(post.SerializeAsString());
}

void ReplicaLine::tell(std::string channel, const google::protobuf::Message& post) {
  auto text = sealed(channel, post);
  boost::asio::post(context_.loop,
                    [this, channel = std::move(channel), text = std::move(text)]() mutable {
                      spawn(publish(std::move(channel), std::move(text)));
                    });
}

Task<> ReplicaLine::publish(std::string channel, std::string text) {
  co_await redis_.try_command(shared_deadline(), {"PUBLISH", std::move(channel), std::move(text)});
}

void ReplicaLine::on_message(const std::string& channel, const std::string& sealed) {
  const auto handler = handlers_.find(channel);
  if (handler == handlers_.end()) return;
  const auto text = seal_of(key_, channel).open(sealed);
  std::string why = "it is not sealed by one of us";
  try {
    if (text) return handler->second(*text);
  } catch (const std::exception& error) {
    why = error.what();  // a replica of another version, perhaps
  }
  context_.log.warn("a post was passed over",
                    {{"channel", std::string_view{channel}}, {"reason", std::string_view{why}}});
}

}  // namespace souk::gateway
