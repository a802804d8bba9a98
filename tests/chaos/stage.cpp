#include "stage.hpp"

#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "database/private_cluster.hpp"
#include "http/uri.hpp"

namespace souk::chaos {
namespace {

using testing::Gate;
using testing::RunningPlatform;
using testing::Shape;
using Way = testing::Gate::Way;
using Flow = testing::Gate::Flow;

constexpr const char* kDatabases[] = {"USER",    "PRODUCT",   "ORDER",
                                      "PAYMENT", "INVENTORY", "NOTIFICATION"};

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

PacketFilter::Way way_of(FaultKind kind) {
  return kind == FaultKind::partition ? PacketFilter::Way::to_port : PacketFilter::Way::from_port;
}

}  // namespace

Stage::Stage(Shape shape, std::vector<std::string> environment)
    : platform_(shape, std::move(environment)) {
  if (isolate().mounts) disk_.emplace(platform_.folder());
  gate_databases();
  gate_provider();
  if (shape != Shape::one_process) gate_broker();
  platform_.start();
}

Stage::~Stage() {
  heal();
  if (platform_.pid() != 0) EXPECT_EQ(platform_.stop(), 0);
}

/// The instance starts its private PostgreSQL, because the provider's database is not named; what names
/// the others leads there through the gate. So they have to be there before.
void Stage::gate_databases() {
  database::PrivateCluster cluster{platform_.folder() / "postgres"};
  cluster.start();
  links_["postgres"] = std::make_unique<Gate>(
      loop_, testing::unix_socket(cluster.socket_folder() / ".s.PGSQL.5432"));
  const auto port = links_["postgres"]->port();
  for (const std::string prefix : kDatabases) {
    const auto name = "souk_" + lower(prefix);
    cluster.create_database(name);
    platform_.add_environment(
        {fmt::format("{}_DATABASE_URL=postgresql://souk_app@127.0.0.1:{}/{}", prefix, port, name),
         fmt::format("{}_DATABASE_OWNER_URL={}", prefix,
                     cluster.url(name, database::ClusterRole::owner))});
  }
  cluster.stop();
}

void Stage::gate_provider() {
  const auto port = http::parse_url(platform_.provider_url()).port;
  links_["provider"] = std::make_unique<Gate>(loop_, testing::local_port(port));
  platform_.add_environment(
      {fmt::format("SANDBOX_PAYMENT_URL=http://127.0.0.1:{}", links_["provider"]->port())});
}

void Stage::gate_broker() {
  broker_ = std::make_unique<app::Kept<messaging::PrivateRabbitMq>>(log_, "rabbitmq",
                                                                    platform_.folder() / "broker");
  broker_->start();
  const auto url = broker_->server().url();
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  links_["rabbitmq"] = std::make_unique<Gate>(loop_, testing::local_port(port));
  platform_.add_environment(
      {fmt::format("RABBITMQ_URL=amqp://guest:guest@127.0.0.1:{}", links_["rabbitmq"]->port())});
}

RpcCounts Stage::rpcs() const {
  RpcCounts all;
  for (const auto& url : platform_.ops_urls()) {
    const auto counts = read_rpc_counts(http::BlockingClient{url}.get("/metrics").body);
    all.served += counts.served;
    all.repeats += counts.repeats;
  }
  return all;
}

SchedulePlan Stage::plan(std::chrono::milliseconds length) const {
  SchedulePlan plan{.length = length, .kinds = {every_fault().begin(), every_fault().end()}};
  for (const auto& name : platform_.processes()) {
    if (name.starts_with("api-gateway")) plan.gateways.push_back(name);
    if (name.find("-service") != std::string::npos) plan.services.push_back(name);
  }
  for (const auto& [name, gate] : links_) plan.links.push_back(name);
  if (!broker_) plan.kinds.erase(FaultKind::kill_rabbitmq);
  if (platform_.pid_of("redis") == 0) plan.kinds.erase(FaultKind::kill_redis);
  if (!isolate().network) {
    plan.kinds.erase(FaultKind::partition);
    plan.kinds.erase(FaultKind::partition_replies);
  }
  if (!disk_) plan.kinds.erase(FaultKind::fill_disk);
  return plan;
}

/// One that is just being started again cannot be hit; that is no failure of the test.
void Stage::signal(const std::string& process, int number) {
  const int pid = process == "rabbitmq" ? broker_->pid() : platform_.pid_of(process);
  if (pid > 1) kill(pid, number);
}

void Stage::break_link(const Fault& fault) {
  auto& gate = link(fault.target);
  switch (fault.kind) {
    case FaultKind::cut_link:
      gate.set(Gate::Door::closed);
      gate.cut();
      break;
    case FaultKind::stall_link:
      gate.set(Way::to_server, Flow::stall);
      gate.set(Way::to_client, Flow::stall);
      break;
    case FaultKind::slice_link:
      gate.set(Way::to_server, Flow::slice);
      gate.set(Way::to_client, Flow::slice);
      break;
    case FaultKind::swallow_requests: gate.set(Way::to_server, Flow::swallow); break;
    case FaultKind::swallow_replies: gate.set(Way::to_client, Flow::swallow); break;
    default: break;
  }
}

void Stage::begin(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kill_service:
    case FaultKind::kill_gateway: signal(fault.target, SIGKILL); break;
    case FaultKind::freeze_service: signal(fault.target, SIGSTOP); break;
    case FaultKind::restart: signal(fault.target, SIGTERM); break;
    case FaultKind::kill_postgres: signal("postgres", SIGKILL); break;
    case FaultKind::kill_redis: signal("redis", SIGKILL); break;
    case FaultKind::kill_rabbitmq: signal("rabbitmq", SIGKILL); break;
    case FaultKind::kill_provider: signal("sandbox-provider", SIGKILL); break;
    case FaultKind::partition:
    case FaultKind::partition_replies:
      PacketFilter::drop(platform_.grpc_port_of(fault.target), way_of(fault.kind));
      break;
    case FaultKind::fill_disk: disk_->fill(); break;
    default: break_link(fault);
  }
  open_.push_back(fault);
}

void Stage::end(const Fault& fault) {
  if (std::erase(open_, fault) == 0) return;
  switch (fault.kind) {
    case FaultKind::freeze_service: signal(fault.target, SIGCONT); break;
    case FaultKind::partition:
    case FaultKind::partition_replies:
      PacketFilter::pass(platform_.grpc_port_of(fault.target), way_of(fault.kind));
      break;
    case FaultKind::fill_disk: disk_->make_room(); break;
    default:
      if (links_.contains(fault.target)) link(fault.target).heal();
  }
}

void Stage::heal() {
  for (const auto& fault : std::vector{open_}) end(fault);
}

std::vector<Violation> Stage::verdict(const Recorder& recorder, std::chrono::seconds limit) const {
  return chaos::verdict(
      [this](const std::string& database) { return platform_.database_url(database); },
      platform_.mail_folder(), recorder, limit);
}

}  // namespace souk::chaos
