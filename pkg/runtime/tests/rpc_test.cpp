#include <future>

#include <gtest/gtest.h>

#include "common/events.pb.h"
#include "notification/notification.pb.h"
#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::rpc {
namespace {

using namespace std::chrono_literals;
namespace notification = souk::notification::v1;

constexpr char kService[] = "souk.notification.v1.NotificationService";

struct Rig {
  SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  Tracer tracer{clock, random, metrics, 0};
  Log log{"test", Log::Level::off};
  IdentitySeal seal{std::array<std::uint8_t, 32>{1}};
  IdentitySeal other_seal{std::array<std::uint8_t, 32>{2}};
  Wire wire{clock, random, seal, metrics, nullptr, &tracer, "notification-service"};
  runtime::EventLoop loop;
};

/// Answers with what the call carried.
class Handler {
 public:
  explicit Handler(Rig& rig) : service_(kService, rig.loop.executor(), rig.wire, rig.log) {
    service_.bind("ListMessages", this, &Handler::list);
  }

  Task<notification::ListMessagesReply> list(Call& call,
                                             const notification::ListMessagesRequest& request) {
    ++calls;
    last = call;
    if (request.page_token() == "conflict") {
      Error error{Kind::conflict, "some_code", "Some detail.", {{"field", "code", "message"}}};
      error.extra["order_id"] = "7";
      throw error;
    }
    if (request.page_token() == "away") throw unavailable("The database is away.");
    if (request.page_token() == "bug") throw std::runtime_error{"SELECT secret"};
    call.reply.http_status = 202;
    call.reply.replayed = true;
    notification::ListMessagesReply reply;
    reply.set_next_page_token("next");
    co_return reply;
  }

  Call last;
  std::atomic<int> calls{0};
  Service service_;
};

class Rpc : public testing::Test {
 protected:
  Rpc() {
    // One method of the service is enough here; a process refuses to start with gaps (below).
    grpc::ServerBuilder builder;
    builder.RegisterService(&handler_.service_);
    server_ = builder.BuildAndStart();
    channel_.connect(server_->InProcessChannel({}));
    call_.identity.user = UserId{Uuid{{1}}};
    call_.identity.roles = {"staff"};
    call_.deadline = std::chrono::steady_clock::now() + 10s;
    call_.trace =
        Trace::join("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", rig_.random);
    call_.idempotency_key = "key";
  }
  ~Rpc() override { server_->Shutdown(); }

  notification::ListMessagesReply list(std::string token = "", int page_size = 20) {
    notification::ListMessagesRequest request;
    request.set_page_token(token);
    request.set_page_size(page_size);
    notification::ListMessagesReply reply;
    info_ = runtime::run_on(rig_.loop.executor(), [&]() {
      return channel_.unary(call_, "api-gateway", std::string{"/"} + kService + "/ListMessages",
                            request, reply);
    });
    return reply;
  }

  Error failure(std::string token = "", int page_size = 20) {
    try {
      list(std::move(token), page_size);
    } catch (const Error& error) {
      return error;
    }
    return {Kind::internal, "none", "It did not fail."};
  }

  Rig rig_;
  Handler handler_{rig_};
  std::unique_ptr<grpc::Server> server_;
  Channel channel_{rig_.wire, "notification-service"};
  Call call_;
  ReplyInfo info_;
};

TEST_F(Rpc, CarriesTheCallThereAndTheReplyBack) {
  EXPECT_EQ(list().next_page_token(), "next");
  EXPECT_EQ(handler_.last.identity.service, "api-gateway");
  EXPECT_EQ(handler_.last.identity.user, call_.identity.user);
  EXPECT_EQ(handler_.last.trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(handler_.last.trace.span, call_.trace.span);
  EXPECT_EQ(handler_.last.idempotency_key, "key");
  EXPECT_LE(handler_.last.deadline, call_.deadline + 10ms);
  EXPECT_EQ(info_.http_status, 202);
  EXPECT_TRUE(info_.replayed);
}

TEST_F(Rpc, AnErrorArrivesWhole) {
  const auto error = failure("conflict");
  EXPECT_EQ(error.kind, Kind::conflict);
  EXPECT_EQ(error.code, "some_code");
  EXPECT_EQ(error.detail, "Some detail.");
  EXPECT_EQ(error.fields, (std::vector<FieldError>{{"field", "code", "message"}}));
  EXPECT_EQ(error.extra.at("order_id"), "7");
}

TEST_F(Rpc, ABugShowsNothingOfItself) {
  const auto error = failure("bug");
  EXPECT_EQ(error.kind, Kind::internal);
  EXPECT_EQ(error.detail.find("SELECT"), std::string::npos);
}

TEST_F(Rpc, ChecksAccess) {
  call_.identity.roles = {"customer"};
  EXPECT_EQ(failure().kind, Kind::forbidden);
  call_.identity.user.reset();
  EXPECT_EQ(failure().kind, Kind::unauthenticated);
}

TEST_F(Rpc, ValidatesTheRequest) {
  const auto error = failure("", 101);
  EXPECT_EQ(error.kind, Kind::validation);
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0].field, "page_size");
}

TEST_F(Rpc, RefusesAnIdentityThatOthersSealed) {
  Channel forged{{rig_.clock, rig_.random, rig_.other_seal, rig_.metrics}, "notification-service"};
  forged.connect(server_->InProcessChannel({}));
  const notification::ListMessagesRequest request;
  notification::ListMessagesReply reply;
  try {
    runtime::run_on(rig_.loop.executor(), [&]() {
      return forged.unary(call_, "api-gateway", std::string{"/"} + kService + "/ListMessages",
                          request, reply);
    });
    FAIL() << "served without a verified identity";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::unauthenticated);
  }
}

TEST_F(Rpc, DoesNotStartWhatIsTooLate) {
  call_.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(failure().kind, Kind::deadline_exceeded);
}

TEST_F(Rpc, DoesNotBeginWhatWaitedTooLongForItsLoop) {
  std::promise<void> free;
  boost::asio::post(rig_.loop.executor(), [ready = free.get_future().share()] { ready.wait(); });
  runtime::EventLoop callers;
  call_.deadline = std::chrono::steady_clock::now() + 100ms;
  const notification::ListMessagesRequest request;
  notification::ListMessagesReply reply;
  EXPECT_THROW(runtime::run_on(callers.executor(),
                               [&]() {
                                 return channel_.unary(
                                     call_, "api-gateway",
                                     std::string{"/"} + kService + "/ListMessages", request, reply);
                               }),
               Error);
  free.set_value();
  call_.deadline = std::chrono::steady_clock::now() + 10s;
  list();  // comes after it
  EXPECT_EQ(handler_.calls, 1);
}

TEST_F(Rpc, AServiceThatIsGoneIsUnavailable) {
  channel_.disconnect();
  EXPECT_EQ(failure().kind, Kind::unavailable);
}

TEST_F(Rpc, AServiceThatDoesNotAnswerIsLeftAloneAndFoundAgain) {
  channel_.disconnect();
  const auto last = [this] { return failure().detail; };
  auto detail = last();
  for (int i = 0; i < CircuitBreaker::kLeastFailures; ++i) detail = last();
  EXPECT_EQ(detail, "A service does not answer at the moment.");
  EXPECT_TRUE(failure().retry_after);
  channel_.connect(server_->InProcessChannel({}));
  EXPECT_EQ(list().next_page_token(), "next");
}

TEST_F(Rpc, AnErrorIsAnAnswer) {
  for (int i = 0; i < 3 * CircuitBreaker::kLeastFailures; ++i)
    EXPECT_EQ(failure("away").detail, "The database is away.");
  EXPECT_EQ(list().next_page_token(), "next");
}

TEST_F(Rpc, EachEndHasASpanBelowItsCaller) {
  list();
  const auto spans = rig_.tracer.take(10);
  ASSERT_EQ(spans.size(), 2U);
  const auto& [served, asked] = std::tie(spans[0], spans[1]);
  EXPECT_EQ(asked.kind, SpanKind::client);
  EXPECT_EQ(asked.service, "api-gateway");
  EXPECT_EQ(asked.trace.parent, call_.trace.span);
  EXPECT_EQ(served.kind, SpanKind::server);
  EXPECT_EQ(served.service, "notification-service");
  EXPECT_EQ(served.trace.parent, asked.trace.span);
  EXPECT_EQ(served.trace, handler_.last.trace);
  EXPECT_EQ(served.name, std::string{kService} + "/ListMessages");
  EXPECT_TRUE(served.failure.empty());
}

TEST_F(Rpc, AnAnswerIsNoFailureButABugIs) {
  call_.trace.sampled = false;
  failure("conflict");
  EXPECT_TRUE(rig_.tracer.take(10).empty());
  failure("bug");
  const auto spans = rig_.tracer.take(10);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].failure, "INTERNAL");
  EXPECT_EQ(spans[1].failure, "INTERNAL");
}

TEST(RpcService, EveryMethodNeedsAHandlerOfItsTypes) {
  Rig rig;
  Service service{kService, rig.loop.executor(), rig.wire, rig.log};
  EXPECT_THROW(service.check_complete(), std::logic_error);
  service.refuse_unbound();
  EXPECT_NO_THROW(service.check_complete());
  EXPECT_THROW((Method<notification::ListMessagesReply, notification::ListMessagesReply>{
                   *std::make_unique<Channel>(rig.wire, "x"), "test", kService, "ListMessages"}),
               std::logic_error);
}

}  // namespace
}  // namespace souk::rpc
