#include "runtime/host.hpp"

#include <map>
#include <mutex>
#include <thread>

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "runtime/blocking.hpp"
#include "runtime/operations.hpp"
#include "runtime/process_metrics.hpp"
#include "runtime/remote_channel.hpp"

namespace souk::runtime {
namespace {

/// "order-service" -> "ORDER_SERVICE_ADDR"
std::string address_setting(std::string_view service) {
  std::string name;
  for (const char c : service)
    name += c == '-' ? '_' : static_cast<char>(c - ('a' <= c && c <= 'z' ? 32 : 0));
  return name + "_ADDR";
}

/// Callers ping each second or two to notice a replica that vanished; by default gRPC hangs up on that.
/// And they connect anew from time to time, which is when a name is looked up again: that is how replicas
/// that were added get calls.
void allow_pings_and_renew_connections(grpc::ServerBuilder& builder) {
  constexpr int kLeastPingIntervalMs = 500;
  constexpr int kConnectionAgeMs = 120'000;
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kLeastPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
}

/// A violated constraint (class 23) and a collision that is repeated (40) are answers of the database, no failures.
bool has_failed(const database::QueryEvent& event) {
  return !event.ok && !event.sqlstate.starts_with("23") && !event.sqlstate.starts_with("40");
}

/// Its span, by OpenTelemetry's conventions. Never its text or parameters.
void record_statement(Tracer& tracer, const std::string& service,
                      const database::QueryEvent& event) {
  SpanData span;
  span.trace = tracer.below(event.trace);
  span.kind = SpanKind::client;
  span.service = service;
  span.name = event.name;
  span.end = tracer.now();
  span.start = span.end - std::chrono::duration_cast<std::chrono::microseconds>(event.duration);
  span.attributes = {{"db.system.name", "postgresql"},
                     {"db.query.summary", std::string{event.name}}};
  if (!event.ok)
    span.attributes.emplace_back("db.response.status_code", std::string{event.sqlstate});
  if (has_failed(event)) span.failure = event.sqlstate.empty() ? "lost" : event.sqlstate;
  tracer.record(std::move(span));
}

/// A third of the processor time of a thread that shoppers wait for, while both want more than there is.
constexpr int kBackgroundNiceness = 5;

}  // namespace

class Host::Impl {
 public:
  Impl(Process& process, std::vector<ModuleSpec> specs, HostOptions options)
      : process_(process), options_(options) {
    for (int i = 0; i < options_.http_threads; ++i)
      http_loops_.push_back(std::make_unique<EventLoop>("http"));
    for (auto& spec : specs)
      hosted_.push_back(std::make_unique<Hosted>(std::move(spec), process_.metrics));
  }

  ~Impl() {
    operations_.reset();
    stop();
  }

  void start() {
    static std::once_flag plugins;
    std::call_once(plugins, [] {
      // Debian builds Abseil with its search for deadlocks, which every lock of gRPC's would pay for.
      absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
      grpc::EnableDefaultHealthCheckService(true);
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
    for (auto& hosted : hosted_) make(*hosted);
    for (auto& hosted : hosted_) serve(*hosted);
    if (options_.ops_port >= 0) {
      operations_ = std::make_unique<Operations>(
          process_, options_.ops_port,
          Operations::Answers{.ready = [this] { return check_ready(); },
                              .measure = [this] { measure(); }});
    }
    for (auto& hosted : hosted_) {
      run_on(hosted->loop.executor(), [&]() { return hosted->module->start(); });
      hosted->started = true;
      set_health(*hosted, true);
    }
    serving_ = true;
  }

  bool ready() {
    try {
      run_on(http_loops_.front()->executor(), [this] { return check_ready(); });
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  void stop() {
    give_notice();
    const auto deadline =
        std::chrono::system_clock::now() + process_.settings.milliseconds("SOUK_DRAIN_MS");
    // The gateway first: while it finishes its requests, the services behind it still serve.
    for (auto& hosted : hosted_) {
      if (hosted->spec.name == "api-gateway") stop(*hosted, deadline);
    }
    for (auto& hosted : hosted_) shut_down_rpcs(*hosted, deadline);
    for (auto& hosted : hosted_) stop(*hosted, deadline);
  }

  rpc::Channel& channel(std::string_view service) {
    const std::scoped_lock lock{mutex_};
    auto& channel = channels_[std::string{service}];
    if (!channel) {
      channel = std::make_unique<rpc::Channel>(process_.wire(), std::string{service});
      const auto local = std::ranges::find(
          hosted_, service, [](const auto& h) { return std::string_view{h->spec.name}; });
      if (local == hosted_.end()) {
        const auto setting = address_setting(service);
        channel->connect(
            remote_channel(service, setting, process_.settings.text(setting), security_));
      } else if ((*local)->server) {
        channel->connect((*local)->server->InProcessChannel({}));
      }
    }
    return *channel;
  }

  int ops_port() const { return operations_ ? operations_->port() : 0; }

 private:
  struct Hosted {
    Hosted(ModuleSpec what, Metrics& metrics)
        : spec(std::move(what)),
          admission(metrics, spec.name),
          loop(spec.name, spec.in_background ? kBackgroundNiceness : 0) {}
    ModuleSpec spec;
    rpc::Admission admission;
    EventLoop loop;
    std::unique_ptr<Module> module;
    std::unique_ptr<grpc::Server> server;
    bool started = false;
  };

  void make(Hosted& hosted) {
    std::vector<boost::asio::io_context*> http_loops;
    for (auto& loop : http_loops_) http_loops.push_back(&loop->context());
    run_on(hosted.loop.executor(), [&]() -> Task<> {
      hosted.module = hosted.spec.make(
          ModuleContext{.name = hosted.spec.name,
                        .settings = process_.settings,
                        .loop = hosted.loop.executor(),
                        .http_loops = http_loops,
                        .clock = process_.clock,
                        .random = process_.random,
                        .ids = process_.ids,
                        .log = process_.log,
                        .metrics = process_.metrics,
                        .wire = process_.wire(hosted.admission, hosted.spec.name),
                        .key = process_.key,
                        .channel = [this](std::string_view service) -> rpc::Channel& {
                          return channel(service);
                        }});
      co_return;
    });
  }

  void serve(Hosted& hosted) {
    grpc::ServerBuilder builder;
    int max_request = 0;
    for (auto* service : hosted.module->services()) {
      service->check_complete();
      builder.RegisterService(service);
      max_request = std::max(max_request, service->max_request_bytes());
    }
    builder.SetMaxReceiveMessageSize(max_request);
    int bound = 0;
    const auto address =
        fmt::format("{}:{}", process_.settings.text("SOUK_LISTEN"), hosted.spec.grpc_port);
    allow_pings_and_renew_connections(builder);
    // Without SO_REUSEPORT, so that a second instance on the same port is told, not given half of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    if (options_.listen) builder.AddListeningPort(address, security_.server(), &bound);
    hosted.server = builder.BuildAndStart();
    if (!hosted.server || (options_.listen && bound == 0)) {
      throw Error{Kind::unavailable, "address_in_use",
                  fmt::format("{} cannot listen on {}", hosted.spec.name, address)};
    }
    set_health(hosted, false);  // until its module has started
    const std::scoped_lock lock{mutex_};
    if (const auto channel = channels_.find(hosted.spec.name); channel != channels_.end()) {
      channel->second->connect(hosted.server->InProcessChannel({}));
    }
  }

  /// Not ready any more, but everything is still served: callers and load balancers turn elsewhere before
  /// anything is refused.
  void give_notice() {
    if (!serving_.exchange(false)) return;
    for (auto& hosted : hosted_) {
      set_health(*hosted, false);
      run_on(hosted->loop.executor(), [&]() { return hosted->module->give_notice(); });
    }
    std::this_thread::sleep_for(process_.settings.milliseconds("SOUK_STOP_NOTICE_MS"));
  }

  /// What other processes' channels go by: a replica that does not serve gets no new calls.
  static void set_health(Hosted& hosted, bool serving) {
    auto* health = hosted.server ? hosted.server->GetHealthCheckService() : nullptr;
    if (health != nullptr) health->SetServingStatus(serving);
  }

  void shut_down_rpcs(Hosted& hosted, std::chrono::system_clock::time_point deadline) {
    if (!hosted.server) return;
    channel(hosted.spec.name).disconnect();
    hosted.server->Shutdown(deadline);
    hosted.server->Wait();
    hosted.server.reset();
  }

  void stop(Hosted& hosted, std::chrono::system_clock::time_point deadline) {
    if (!hosted.module) return;
    if (hosted.started) {
      run_on(hosted.loop.executor(), [&]() { return hosted.module->stop(); });
      hosted.started = false;
    }
    shut_down_rpcs(hosted, deadline);
    run_on(hosted.loop.executor(), [&]() -> Task<> {
      hosted.module.reset();
      co_return;
    });
  }

  /// Asks each module on its own loop.
  Task<> check_ready() {
    if (!serving_) throw unavailable("The process is starting or stopping.");
    for (auto& hosted : hosted_) {
      co_await boost::asio::co_spawn(hosted->loop.executor(), hosted->module->ready(),
                                     boost::asio::use_awaitable);
    }
  }

  /// On the thread of the operations port.
  void measure() {
    process_metrics_.measure();
    for (auto& hosted : hosted_) hosted->admission.measure(std::chrono::steady_clock::now());
  }

  Process& process_;
  HostOptions options_;
  const TransportSecurity security_{process_.settings};
  ProcessMetrics process_metrics_{process_.metrics};
  std::atomic<bool> serving_{false};
  std::vector<std::unique_ptr<EventLoop>> http_loops_;
  std::vector<std::unique_ptr<Hosted>> hosted_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<rpc::Channel>, std::less<>> channels_;
  std::unique_ptr<Operations> operations_;
};

Host::Host(Process& process, std::vector<ModuleSpec> specs, HostOptions options)
    : impl_(std::make_unique<Impl>(process, std::move(specs), options)) {}
Host::~Host() = default;
void Host::start() { impl_->start(); }
bool Host::ready() { return impl_->ready(); }
void Host::stop() { impl_->stop(); }
rpc::Channel& Host::channel(std::string_view service) { return impl_->channel(service); }
int Host::ops_port() const { return impl_->ops_port(); }

Task<> require(database::Database& database) {
  if (!co_await database.ping(std::chrono::steady_clock::now() + std::chrono::seconds{1})) {
    throw unavailable("The database does not answer.");
  }
}

database::DatabaseOptions ModuleContext::database_options(
    std::string_view prefix, std::vector<database::ConstraintRule> constraints) const {
  const auto setting = fmt::format("{}_DATABASE_URL", prefix);
  const auto url = settings.optional(setting);
  if (!url)
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("Setting {}: is not set", setting)};
  database::DatabaseOptions options;
  options.url = *url;
  options.constraints = std::move(constraints);
  options.application_name = name;
  options.max_connections = static_cast<std::size_t>(settings.integer("SOUK_DATABASE_CONNECTIONS"));
  if (wire.admission != nullptr) {
    options.wait_observer = [&delay = wire.admission->queue()](auto wait) {
      delay.waited(wait, std::chrono::steady_clock::now());
    };
  }
  const auto connections = [this](const std::string& state) {
    return &metrics.gauge("souk_database_connections", "Connections of a service to its database",
                          {{"service", name}, {"state", state}});
  };
  options.pool_observer = [used = connections("used"), idle = connections("idle"),
                           waiting = &metrics.gauge("souk_database_waiting",
                                                    "Callers that wait for a connection",
                                                    {{"service", name}})](const auto& pool) {
    used->Set(static_cast<double>(pool.open - pool.idle));
    idle->Set(static_cast<double>(pool.idle));
    waiting->Set(static_cast<double>(pool.waiting));
  };
  metrics
      .gauge("souk_database_connections_limit", "How many connections a service may have",
             {{"service", name}})
      .Set(static_cast<double>(options.max_connections));
  // Used on the module's loop only; a series is looked up once.
  options.observer = [&metrics = metrics, tracer = wire.tracer, service = name,
                      series = std::unordered_map<std::string_view, prometheus::Histogram*>{}](
                         const database::QueryEvent& event) mutable {
    if (tracer != nullptr && event.trace.exists()) record_statement(*tracer, service, event);
    auto& seconds = series[event.name];
    if (seconds == nullptr) {
      seconds = &metrics.seconds("souk_query_seconds", "Time of a database statement",
                                 {{"query", std::string{event.name}}});
    }
    seconds->Observe(std::chrono::duration<double>(event.duration).count());
    if (!event.ok) {
      metrics
          .counter("souk_query_errors_total", "Database statements that failed",
                   {{"query", std::string{event.name}}})
          .Increment();
    }
  };
  return options;
}

}  // namespace souk::runtime
