#include "database/database.hpp"

#include <charconv>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <google/protobuf/message.h>

#include "common/options.pb.h"
#include "core/failpoint.hpp"
#include "database/session.hpp"
#include "messaging/outbox.hpp"
#include "runtime/idempotency.hpp"
#include "tests/simulation/store.hpp"
#include "tests/simulation/world.hpp"

/// Takes the place of pkg/database, of the outbox's table and of the one of idempotency keys, for
/// the linker finds these first. The code above them is the one that is shipped.
namespace souk::simulation {
namespace {

OpenTransaction* open = nullptr;

using namespace std::chrono_literals;

database::DatabaseError lost(const char* code) {
  return {unavailable("The database is away."), "", code};
}

}  // namespace

OpenTransaction& open_transaction() {
  if (open == nullptr) throw std::logic_error{"no transaction is open"};
  return *open;
}

std::string address_of(Store& store) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(&store));
}

}  // namespace souk::simulation

namespace souk::database {

using simulation::OpenTransaction;
using simulation::Store;

class Transaction::State {};

class TransactionRunner {
 public:
  /// The whole transaction at once. Gives what is to be done after its commit.
  static Task<std::vector<std::function<void()>>> run(
      Store& store, const std::function<Task<>(Transaction&)>& body) {
    if (simulation::open != nullptr) throw std::logic_error{"a transaction waits for something"};
    OpenTransaction mine{.store = store, .undo = {}, .on_commit = {}};
    simulation::open = &mine;
    Transaction::State state;
    Transaction transaction{state};
    std::exception_ptr failure;
    try {
      co_await body(transaction);
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) undo(mine);
    simulation::open = nullptr;
    if (failure) std::rethrow_exception(failure);
    co_return std::move(mine.on_commit);
  }

  /// One that collides with another, and is rolled back.
  static Task<> collide(Store& store, const std::function<Task<>(Transaction&)>& body) {
    const auto doomed = [&body](Transaction& tx) -> Task<> {
      co_await body(tx);
      throw Collision{};
    };
    try {
      co_await run(store, doomed);
    } catch (const Collision&) {
    }
  }

 private:
  struct Collision {};

  static void undo(OpenTransaction& transaction) {
    auto& steps = transaction.undo;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) (*step)();
  }
};

class Database::Impl {
 public:
  explicit Impl(const std::string& address) {
    std::uintptr_t value = 0;
    std::from_chars(address.data(), address.data() + address.size(), value);
    store_ = reinterpret_cast<Store*>(value);
  }
  Store& store() { return *store_; }

 private:
  Store* store_ = nullptr;
};

Database::Database(boost::asio::any_io_executor, DatabaseOptions options)
    : impl_(std::make_unique<Impl>(options.url)) {}
Database::~Database() = default;

Task<> Database::execute(Scope scope, TransactionMode, Body body) {
  using namespace std::chrono_literals;
  auto& store = impl_->store();
  auto& dice = store.world.dice;
  const auto& faults = store.world.faults;
  const bool slow = dice.chance(faults.database_slow);
  co_await simulation::pause(slow ? dice.between(1s, 8s) : dice.between(100us, 2ms));
  if (dice.chance(faults.database_lost)) throw simulation::lost("lost before");
  if (simulation::kernel::now() >= scope.deadline)
    throw DatabaseError{{Kind::deadline_exceeded, "deadline_exceeded", "late"}, "57014", "late"};
  if (dice.chance(faults.database_lost)) co_await TransactionRunner::collide(store, body);
  const auto on_commit = co_await TransactionRunner::run(store, body);
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
  if (dice.chance(faults.database_lost)) throw simulation::lost("lost after COMMIT");
  for (const auto& action : on_commit) action();
}

void Transaction::on_commit(std::function<void()> action) {
  simulation::open_transaction().on_commit.push_back(std::move(action));
}

namespace {
[[noreturn]] void no_sql(std::string_view query) {
  throw std::logic_error{"no SQL here: " + std::string{query}};
}
}  // namespace

Task<Rows> Transaction::run(Query query, std::vector<Param>) { no_sql(query.name); }
Task<std::optional<Row>> Transaction::run_optional(Query query, std::vector<Param>) {
  no_sql(query.name);
}
Task<Row> Transaction::run_one(Query query, std::vector<Param>) { no_sql(query.name); }
void Transaction::enqueue(Query query, std::vector<Param>) { no_sql(query.name); }
Task<Rows> Database::single(Scope, Query query, std::vector<Param>) { no_sql(query.name); }
Task<std::optional<Row>> Database::single_optional(Scope, Query query, std::vector<Param>) {
  no_sql(query.name);
}
Task<Row> Database::single_one(Scope, Query query, std::vector<Param>) { no_sql(query.name); }

}  // namespace souk::database

namespace souk::messaging {

void Outbox::publish(database::Transaction& tx, const rpc::Call& call,
                     const std::string& aggregate_id, const google::protobuf::Message& event) {
  publish(tx, {Outgoing{call, aggregate_id, event}});
}

void Outbox::publish(database::Transaction& tx, std::vector<Outgoing> events) {
  if (failpoint::planted("outbox.not_written")) return;
  auto& store = simulation::open_transaction().store;
  for (const auto& event : events) {
    for (const auto& subscriber : event.subscribers) {
      if (subscriber != "order-service" && subscriber != "inventory-service") continue;
      store.outbox.put(++store.events, {.id = EventId{ids_.next()},
                                        .subscriber = subscriber,
                                        .topic = event.topic,
                                        .aggregate = event.aggregate_id,
                                        .payload = {event.payload.begin(), event.payload.end()}});
    }
  }
  tx.on_commit([this] {
    if (wake_) wake_({});
  });
}

}  // namespace souk::messaging

namespace souk::runtime {

Idempotency::Idempotency(rpc::Call& call, std::string method,
                         const google::protobuf::Message& request)
    : call_(call), method_(std::move(method)) {
  const auto bytes = request.SerializeAsString();
  fingerprint_ = {bytes.begin(), bytes.end()};
}

Task<std::optional<std::string>> Idempotency::claim_bytes(database::Transaction&) {
  if (call_.idempotency_key.empty()) co_return std::nullopt;
  const auto* known =
      simulation::open_transaction().store.idempotency.find(method_ + call_.idempotency_key);
  if (known == nullptr) co_return std::nullopt;
  call_.reply.replayed = true;
  co_return known->second;
}

void Idempotency::store(database::Transaction&, const google::protobuf::Message& reply) {
  if (call_.idempotency_key.empty()) return;
  simulation::open_transaction().store.idempotency.put(
      method_ + call_.idempotency_key,
      {{fingerprint_.begin(), fingerprint_.end()}, reply.SerializeAsString()});
}

}  // namespace souk::runtime
