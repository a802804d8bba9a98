#include "runtime/remote_channel.hpp"

#include <atomic>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>

#include "notification/notification.pb.h"
#include "order/order.pb.h"
#include "payment/payment.pb.h"
#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::rpc {
namespace {

using namespace std::chrono_literals;
namespace notification = souk::notification::v1;

constexpr char kService[] = "souk.notification.v1.NotificationService";

/// One replica of a service, listening on a port of its own.
class Replica {
 public:
  Replica(runtime::EventLoop& loop, Wire wire, Log& log, int port = 0)
      : service_(kService, loop.executor(), wire, log) {
    service_.bind("ListMessages", this, &Replica::list);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(fmt::format("127.0.0.1:{}", port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~Replica() { stop(); }

  Task<notification::ListMessagesReply> list(Call&, const notification::ListMessagesRequest&) {
    ++calls;
    if (refuses) throw unavailable("Not today.");
    co_return notification::ListMessagesReply{};
  }

  void say_serving(bool serving) { server_->GetHealthCheckService()->SetServingStatus(serving); }
  /// As a killed process would: what is in hand is cut off.
  void stop() { server_->Shutdown(std::chrono::system_clock::now()); }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  int port() const { return port_; }

  std::atomic<int> calls{0};
  std::atomic<bool> refuses{false};

 private:
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

/// A replica that takes calls and breaks off each of them, as one does that is killed again and again.
class Dying {
 public:
  Dying() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~Dying() { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  int attempts() const { return service_.attempts; }

 private:
  class Service final : public grpc::CallbackGenericService {
   public:
    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
      ++attempts;
      return new Reactor;
    }
    std::atomic<int> attempts{0};
  };
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor() { Finish({grpc::UNAVAILABLE, "gone"}); }
    void OnDone() override { delete this; }
  };

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

class Replicas : public testing::Test {
 protected:
  Replicas() {
    channel_.connect(runtime::remote_channel("notification-service", "NOTIFICATION_SERVICE_ADDR",
                                             one_.address() + "," + two_.address()));
  }

  /// Empty, or the code of the error.
  std::string call() {
    Call call;
    call.identity.user = UserId{Uuid{{1}}};
    call.identity.roles = {"staff"};
    call.deadline = std::chrono::steady_clock::now() + 10s;
    call.trace = Trace::join("", random_);
    try {
      runtime::run_on(loop_.executor(), [&]() { return list_(call, {}); });
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }

  static bool eventually(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  }

  bool both_serve() {
    return eventually([&] {
      const int before_one = one_.calls;
      const int before_two = two_.calls;
      for (int i = 0; i < 4; ++i) call();
      return one_.calls > before_one && two_.calls > before_two;
    });
  }

  SystemClock clock_;
  SystemRandom random_;
  Metrics metrics_;
  Log log_{"test", Log::Level::off};
  IdentitySeal seal_{std::array<std::uint8_t, 32>{1}};
  Wire wire_{clock_, random_, seal_, metrics_};
  runtime::EventLoop loop_;
  Replica one_{loop_, wire_, log_};
  Replica two_{loop_, wire_, log_};
  Channel channel_{wire_, "notification-service"};
  Method<notification::ListMessagesRequest, notification::ListMessagesReply> list_{
      channel_, "api-gateway", kService, "ListMessages"};
};

TEST_F(Replicas, ShareTheCalls) { EXPECT_TRUE(both_serve()); }

TEST_F(Replicas, OneThatSaysItDoesNotServeGetsNoCallsAndNoneFails) {
  ASSERT_TRUE(both_serve());
  one_.say_serving(false);
  // As Host does: it goes on serving until its callers have heard of it.
  const auto unasked = [&] {
    const int before = one_.calls;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(call(), "");
    return one_.calls == before;
  };
  EXPECT_TRUE(eventually(unasked));
  one_.say_serving(true);
  EXPECT_TRUE(both_serve());
}

TEST_F(Replicas, CallsGoOnWhenOneDiesAndComeBackToIt) {
  ASSERT_TRUE(both_serve());
  one_.stop();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(call(), "");
  Replica again{loop_, wire_, log_, one_.port()};
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(call(), "");
    return again.calls > 0;
  }));
}

TEST_F(Replicas, AnAnswerIsNotAskedForAgain) {
  ASSERT_TRUE(both_serve());
  one_.refuses = two_.refuses = true;
  const int before = one_.calls + two_.calls;
  EXPECT_EQ(call(), "unavailable");
  EXPECT_EQ(one_.calls + two_.calls, before + 1);
}

TEST_F(Replicas, WhatOneBreaksOffIsRepeatedAndCounted) {
  const Dying dying;
  channel_.connect(
      runtime::remote_channel("notification-service", "X", one_.address() + "," + dying.address()));
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(call(), "");
    return dying.attempts() >= 3;
  }));
  const auto& repeats = metrics_.counter("souk_rpc_repeats_total", "",
                                         {{"rpc", fmt::format("/{}/ListMessages", kService)}});
  EXPECT_GE(repeats.Value(), 2);  // of three attempts that were broken off, two may be of one call
}

TEST_F(Replicas, RepeatsHaveABudget) {
  const Dying dying;
  const auto dialled = runtime::remote_channel("notification-service", "X", dying.address());
  constexpr int kCalls = 200;
  for (int i = 0; i < kCalls; ++i) {
    channel_.connect(dialled);  // anew, so that the circuit breaker does not step in
    EXPECT_EQ(call(), "unavailable");
  }
  // A tenth more, and the ten that the budget starts with; without a budget it would be three times as many.
  EXPECT_GT(dying.attempts(), kCalls);
  EXPECT_LE(dying.attempts(), kCalls + kCalls / 10 + 10);
}

TEST(GrpcTarget, TakesAddressesOrOneName) {
  using runtime::grpc_target;
  EXPECT_EQ(grpc_target("X", "127.0.0.1:1"), "ipv4:127.0.0.1:1");
  EXPECT_EQ(grpc_target("X", "10.0.0.7:8083, 10.0.0.8:8083"), "ipv4:10.0.0.7:8083,10.0.0.8:8083");
  EXPECT_EQ(grpc_target("X", "[::1]:1,[fe80::2]:2"), "ipv6:[::1]:1,[fe80::2]:2");
  EXPECT_EQ(grpc_target("X", "orders.example:8083"), "dns:///orders.example:8083");
}

TEST(GrpcTarget, RefusesWhatOneTargetCannotHold) {
  for (const auto* wrong :
       {"", ",", "127.0.0.1", "127.0.0.1:", ":1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:1,",
        "a:1,b:2", "127.0.0.1:1,b:2", "127.0.0.1:1,[::1]:1", "dns:///a:1", "::1:1"}) {
    EXPECT_THROW(runtime::grpc_target("X", wrong), Error) << wrong;
  }
}

/// The rpcs that the service config names, "Service/Method".
std::vector<std::string> repeated(std::string_view service) {
  const auto config = boost::json::parse(runtime::service_config(service));
  std::vector<std::string> names;
  for (const auto& each : config.at("methodConfig").at(0).at("name").as_array()) {
    names.push_back(fmt::format("{}/{}", std::string_view{each.at("service").as_string()},
                                std::string_view{each.at("method").as_string()}));
  }
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

TEST(ServiceConfig, RepeatsReadsAndWhatIsIdempotentAndNothingElse) {
  order::v1::Order::descriptor();  // compiled in
  payment::v1::Payment::descriptor();
  const auto orders = repeated("order-service");
  for (const auto* name : {"CreateOrder", "GetOrder", "ListOrders", "RefundOrder"})
    EXPECT_TRUE(has(orders, fmt::format("souk.order.v1.OrderService/{}", name)));
  for (const auto* name : {"CancelOrder", "FulfilOrder", "ImportOrders"})
    EXPECT_FALSE(has(orders, fmt::format("souk.order.v1.OrderService/{}", name)));
  EXPECT_TRUE(has(repeated("payment-service"), "souk.payment.v1.PaymentService/Charge"));
  EXPECT_FALSE(boost::json::parse(runtime::service_config("api-gateway"))
                   .as_object()
                   .contains("methodConfig"));
}

}  // namespace
}  // namespace souk::rpc
