#include "internal/handler/event_handler.hpp"

#include "product/events.pb.h"

namespace souk::gateway {
namespace {

/// The ids and slugs by which a page of the changed thing may have been asked for.
std::vector<std::string> names(const common::v1::Event& event) {
  product::v1::ProductChanged changed;
  if (event.topic() == "product.changed" && changed.ParseFromString(event.payload())) {
    return {changed.product_id(), changed.slug()};
  }
  return {event.aggregate_id()};
}

}  // namespace

EventHandler::EventHandler(const runtime::ModuleContext& context, Gateway& gateway)
    : gateway_(gateway),
      service_("souk.common.v1.EventSink", context.loop, context.wire, context.log),
      subscription_(
          context, messaging::Audience::every_replica,
          [this](const common::v1::DeliverRequest& request) -> Task<common::v1::DeliverReply> {
            co_return drop(request);
          }) {
  service_.bind("Deliver", this, &EventHandler::deliver);
  service_.bind("ListDeadLetters", this, &EventHandler::list);
  service_.bind("ReplayDeadLetters", this, &EventHandler::replay);
  service_.bind("InspectDeadLetters", this, &EventHandler::inspect);
  service_.bind("RetryDeadLetters", this, &EventHandler::retry);
}

common::v1::DeliverReply EventHandler::drop(const common::v1::DeliverRequest& request) {
  common::v1::DeliverReply reply;
  for (const auto& event : request.events()) {
    gateway_.drop(event.topic(), names(event));
    reply.add_outcomes()->set_accepted(true);
  }
  return reply;
}

Task<common::v1::DeliverReply> EventHandler::deliver(rpc::Call&,
                                                     const common::v1::DeliverRequest& request) {
  co_return drop(request);
}

Task<common::v1::ListDeadLettersReply> EventHandler::list(
    rpc::Call&, const common::v1::ListDeadLettersRequest&) {
  co_return common::v1::ListDeadLettersReply{};
}

Task<common::v1::ReplayDeadLettersReply> EventHandler::replay(
    rpc::Call&, const common::v1::ReplayDeadLettersRequest&) {
  co_return common::v1::ReplayDeadLettersReply{};
}

Task<common::v1::InspectDeadLettersReply> EventHandler::inspect(
    rpc::Call&, const common::v1::InspectDeadLettersRequest&) {
  co_return common::v1::InspectDeadLettersReply{};
}

Task<common::v1::ReplayDeadLettersReply> EventHandler::retry(
    rpc::Call&, const common::v1::RetryDeadLettersRequest&) {
  co_return common::v1::ReplayDeadLettersReply{};
}

}  // namespace souk::gateway
