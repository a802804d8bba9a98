#include "messaging/subscription.hpp"

#include <optional>
#include <utility>

#include "messaging/detail/intake.hpp"

namespace souk::messaging {
class Subscription::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(const runtime::ModuleContext& context, Audience audience, Sink sink)
      : context_(context),
        source_(detail::make_source(context_, audience == Audience::one_replica)) {
    if (source_) intake_.emplace(context_, *source_, std::move(sink));
  }

  void start() {
    if (!source_) return;
    // Weakly: what the client's thread has posted may come after the end of this.
    source_->start({.arrived =
                        [self = weak_from_this()](detail::Arrival arrival) {
                          if (const auto impl = self.lock())
                            impl->intake_->arrived(std::move(arrival));
                        },
                    .ended =
                        [self = weak_from_this()](std::uint64_t lane) {
                          if (const auto impl = self.lock()) impl->intake_->ended(lane);
                        }});
    intake_->start();
  }

  Task<> stop() {
    if (!source_) co_return;
    co_await intake_->stop();
    co_await source_->stop();
  }

 private:
  const runtime::ModuleContext context_;
  const std::unique_ptr<detail::Source> source_;
  std::optional<detail::Intake> intake_;
};

Subscription::Subscription(const runtime::ModuleContext& context, Audience audience, Sink sink)
    : impl_(std::make_shared<Impl>(context, audience, std::move(sink))) {}
Subscription::~Subscription() = default;

void Subscription::start() { impl_->start(); }
Task<> Subscription::stop() { return impl_->stop(); }

}  // namespace souk::messaging
