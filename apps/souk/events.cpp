#include <fmt/format.h>

#include "backend.hpp"
#include "commands.hpp"
#include "common/events.pb.h"

namespace souk::app {
namespace {

namespace events = common::v1;
constexpr char kSink[] = "souk.common.v1.EventSink";
constexpr const char* kSubscribers[] = {"product-service", "inventory-service", "order-service",
                                        "payment-service", "notification-service"};

void list_dead_letters() {
  Backend backend;
  int total = 0;
  for (const auto* service : kSubscribers) {
    events::ListDeadLettersRequest request;
    request.set_limit(1000);
    const auto reply =
        backend.call<events::ListDeadLettersReply>(service, kSink, "ListDeadLetters", request);
    for (const auto& letter : reply.items()) {
      fmt::print("{} {} {} aggregate {} after {} attempts: {}\n", service, letter.id(),
                 letter.topic(), letter.aggregate_id(), letter.attempts(), letter.reason());
    }
    total += reply.items_size();
  }
  fmt::print("{} dead letters\n", total);
}

void replay(const std::vector<std::string>& ids) {
  Backend backend;
  int replayed = 0;
  int failed = 0;
  for (const auto* service : kSubscribers) {
    events::ReplayDeadLettersRequest request;
    request.mutable_ids()->Assign(ids.begin(), ids.end());
    const auto reply =
        backend.call<events::ReplayDeadLettersReply>(service, kSink, "ReplayDeadLetters", request);
    replayed += reply.replayed();
    failed += reply.failed();
  }
  fmt::print("{} replayed, {} failed again\n", replayed, failed);
  if (failed > 0)
    throw Error{Kind::conflict, "replay_failed",
                "Some events failed again; list them for the reasons."};
}

}  // namespace

void add_events(CLI::App& app) {
  auto* command = app.add_subcommand("events", "Events that could not be applied");
  command->require_subcommand(1);
  command->add_subcommand("dead-letters", "List them, with the reason")
      ->callback(list_dead_letters);
  auto* replay_command = command->add_subcommand("replay", "Apply dead letters again");
  auto ids = std::make_shared<std::vector<std::string>>();
  replay_command->add_option("ids", *ids, "which ones; all where none is named");
  replay_command->callback([ids] { replay(*ids); });
}

}  // namespace souk::app
