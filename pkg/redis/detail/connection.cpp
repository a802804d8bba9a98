#include "redis/detail/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <hiredis/async.h>

#include "core/error.hpp"

namespace souk::redis::detail {
namespace asio = boost::asio;
namespace {

/// What a stalled server may hold of us before callers are turned away at once.
constexpr std::size_t kMostUnderWay = 1024;
/// A server that lets so many deadlines in a row pass is stalled: hung up on, so that nobody else waits
/// for it. One late answer may be a hiccup (a fork, a long script of somebody else's).
constexpr int kMostMissed = 3;

Error lost(std::string why) {
  return {Kind::unavailable, "redis_lost", "Redis cannot be reached: " + std::move(why)};
}

Error too_late() {
  return {Kind::deadline_exceeded, "redis_late", "Redis did not answer in time."};
}

}  // namespace

/// Shared by the coroutine that waits and by hiredis, either of which may be done with it first.
struct Connection::Answer {
  Answer(const asio::any_io_executor& loop, Deadline deadline) : timer(loop, deadline) {}
  asio::steady_timer timer;
  enum class State { awaited, here, lost, given_up } state = State::awaited;
  Reply reply;
};

struct Connection::Hooks {
  static Connection& self(void* data) { return *static_cast<Connection*>(data); }
  static void add_read(void* data) {
    self(data).wants_read_ = true;
    self(data).wait_to_read();
  }
  static void del_read(void* data) { self(data).wants_read_ = false; }
  static void add_write(void* data) {
    self(data).wants_write_ = true;
    self(data).wait_to_write();
  }
  static void del_write(void* data) { self(data).wants_write_ = false; }
  static void cleanup(void* data) { self(data).on_closed(); }

  /// A null reply: the connection ends.
  static void answer(redisAsyncContext* context, void* reply, void* data) {
    const std::unique_ptr<std::shared_ptr<Answer>> answer{
        static_cast<std::shared_ptr<Answer>*>(data)};
    self(context->data).on_answer(**answer, static_cast<const redisReply*>(reply));
  }

  static void push(redisAsyncContext*, void* reply, void* data) {
    const auto* raw = static_cast<const redisReply*>(reply);
    if (raw != nullptr && raw->type == REDIS_REPLY_ARRAY)
      (*static_cast<const OnPush*>(data))(Reply{*raw}.items());
  }
};

Connection::Connection(asio::any_io_executor loop)
    : loop_(std::move(loop)), socket_(loop_), closed_(loop_, Deadline::max()) {}

Connection::~Connection() { close(); }

Task<std::string> Connection::resolve(std::string host, Deadline deadline) {
  using namespace asio::experimental::awaitable_operators;
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return host;
  asio::ip::tcp::resolver resolver{loop_};  // hiredis would look the name up on this thread
  asio::steady_timer timer{loop_, deadline};
  const auto first = co_await (resolver.async_resolve(host, "", token) || timer.async_wait(token));
  if (first.index() == 1) throw too_late();
  const auto& [error, found] = std::get<0>(first);
  if (error || found.empty()) throw lost(host + ": " + error.message());
  co_return found.begin()->endpoint().address().to_string();
}

void Connection::connect(const std::string& ip, std::uint16_t port) {
  context_ = redisAsyncConnect(ip.c_str(), port);
  if (context_ == nullptr) throw lost("out of memory");
  if (context_->err != 0) {
    const std::string why = context_->errstr;
    redisAsyncFree(std::exchange(context_, nullptr));
    throw lost(why);
  }
  context_->data = this;
  context_->ev = {.data = this,
                  .addRead = Hooks::add_read,
                  .delRead = Hooks::del_read,
                  .addWrite = Hooks::add_write,
                  .delWrite = Hooks::del_write,
                  .cleanup = Hooks::cleanup};
  socket_.assign(context_->c.fd);
}

Task<> Connection::open(Address address, Deadline deadline) {
  const auto self = shared_from_this();
  connect(co_await resolve(address.host, deadline), address.port);
  if (!address.user.empty()) {
    co_await greet(deadline, {"AUTH", address.user, address.password});
  } else if (!address.password.empty()) {
    co_await greet(deadline, {"AUTH", address.password});
  }
  if (address.database != 0) co_await greet(deadline, {"SELECT", std::to_string(address.database)});
  co_await greet(deadline, {"PING"});
}

Task<> Connection::greet(Deadline deadline, std::vector<std::string> words) {
  const auto reply = co_await command(deadline, std::move(words));
  if (const auto* failure = reply.failure()) throw lost(failure->text);
}

Task<Reply> Connection::command(Deadline deadline, std::vector<std::string> words) {
  if (deadline <= std::chrono::steady_clock::now()) throw too_late();
  const auto self = shared_from_this();
  const auto answer = std::make_shared<Answer>(loop_, deadline);
  send(words, answer);
  boost::system::error_code ignored;
  co_await answer->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  switch (answer->state) {
    case Answer::State::here: co_return std::move(answer->reply);
    case Answer::State::lost: throw lost("the connection ended");
    default: break;
  }
  answer->state = Answer::State::given_up;
  on_missed();
  throw too_late();
}

void Connection::send(std::span<const std::string> words, const std::shared_ptr<Answer>& answer) {
  if (context_ == nullptr) throw lost("not connected");
  if (under_way_ >= kMostUnderWay) throw lost("too much is waiting for it");
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto* data = new std::shared_ptr<Answer>{answer};  // hiredis hands it to Hooks::answer, once
  if (redisAsyncCommandArgv(context_, Hooks::answer, data, static_cast<int>(words.size()),
                            texts.data(), sizes.data()) != REDIS_OK) {
    delete data;
    throw lost("the connection is ending");
  }
  ++under_way_;
}

void Connection::subscribe(std::span<const std::string> channels, const OnPush& on_push) {
  if (context_ == nullptr) throw lost("not connected");
  std::vector<const char*> texts{"SUBSCRIBE"};
  for (const auto& channel : channels) texts.push_back(channel.c_str());
  redisAsyncCommandArgv(context_, Hooks::push, const_cast<OnPush*>(&on_push),
                        static_cast<int>(texts.size()), texts.data(), nullptr);
}

void Connection::on_answer(Answer& answer, const redisReply* reply) {
  --under_way_;
  if (answer.state != Answer::State::awaited) return;
  if (reply != nullptr) {
    answer.reply = Reply{*reply};
    missed_ = 0;  // in time, unlike those that nobody waits for any more
  }
  answer.state = reply != nullptr ? Answer::State::here : Answer::State::lost;
  answer.timer.cancel();
}

void Connection::on_missed() {
  if (++missed_ >= kMostMissed) close();
}

void Connection::close() {
  if (context_ != nullptr) redisAsyncFree(context_);
}

/// hiredis is about to close the socket, which the reactor has to let go of first.
void Connection::on_closed() {
  context_ = nullptr;
  wants_read_ = wants_write_ = false;
  if (socket_.is_open()) socket_.release();
  closed_.cancel();
}

Task<> Connection::closed(Deadline until) {
  const auto self = shared_from_this();
  if (context_ == nullptr) co_return;
  closed_.expires_at(until);
  boost::system::error_code ignored;
  co_await closed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Connection::wait_to_read() {
  if (awaits_read_ || !wants_read_) return;
  awaits_read_ = true;
  socket_.async_wait(socket_.wait_read, [self = shared_from_this()](boost::system::error_code) {
    self->awaits_read_ = false;
    if (!self->wants_read_) return;
    redisAsyncHandleRead(self->context_);
    self->wait_to_read();
  });
}

void Connection::wait_to_write() {
  if (awaits_write_ || !wants_write_) return;
  awaits_write_ = true;
  socket_.async_wait(socket_.wait_write, [self = shared_from_this()](boost::system::error_code) {
    self->awaits_write_ = false;
    if (!self->wants_write_) return;
    redisAsyncHandleWrite(self->context_);
    self->wait_to_write();
  });
}

}  // namespace souk::redis::detail
