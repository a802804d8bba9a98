#include "messaging/detail/rabbitmq_connection.hpp"

#include <charconv>
#include <vector>

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::messaging::detail {
namespace {

constexpr amqp_channel_t kChannel = 1;
/// Each: to open the socket, to log in, to declare something. A loopback takes milliseconds.
constexpr timeval kPatience{.tv_sec = 3, .tv_usec = 0};
/// A broker that is silent for two of these is gone.
constexpr int kHeartbeatSeconds = 10;
constexpr std::uint8_t kPersistent = 2;

[[noreturn]] void fail(std::string_view what, std::string_view why) {
  throw unavailable(fmt::format("RabbitMQ: {}: {}", what, why));
}

amqp_bytes_t bytes_of(std::string_view text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}

std::string text_of(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

amqp_table_entry_t entry(const char* key, std::string_view value) {
  amqp_table_entry_t made{.key = bytes_of(key), .value = {}};
  made.value.kind = AMQP_FIELD_KIND_UTF8;
  made.value.value.bytes = bytes_of(value);
  return made;
}

amqp_table_entry_t flag(const char* key) {
  amqp_table_entry_t made{.key = bytes_of(key), .value = {}};
  made.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  made.value.value.boolean = 1;
  return made;
}

amqp_table_t table(std::vector<amqp_table_entry_t>& entries) {
  return {.num_entries = static_cast<int>(entries.size()), .entries = entries.data()};
}

std::string reason_of(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
    return amqp_error_string2(reply.library_error);
  }
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) return "no answer";
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return text_of(static_cast<amqp_connection_close_t*>(reply.reply.decoded)->reply_text);
  }
  return text_of(static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_text);
}

}  // namespace

RabbitmqAddress RabbitmqAddress::parse(std::string url) {
  amqp_connection_info info;
  amqp_default_connection_info(&info);
  if (amqp_parse_url(url.data(), &info) != AMQP_STATUS_OK || info.ssl) {
    throw Error{Kind::validation, "invalid_setting", "Setting RABBITMQ_URL: is no amqp:// URL"};
  }
  return {.host = info.host,
          .user = info.user,
          .password = info.password,
          .virtual_host = info.vhost,
          .port = info.port};
}

RabbitmqConnection::RabbitmqConnection(const RabbitmqAddress& address)
    : state_(amqp_new_connection()) {
  auto* socket = amqp_tcp_socket_new(state_.get());
  auto patience = kPatience;
  amqp_set_handshake_timeout(state_.get(), &patience);
  amqp_set_rpc_timeout(state_.get(), &patience);
  const int status =
      amqp_socket_open_noblock(socket, address.host.c_str(), address.port, &patience);
  if (status != AMQP_STATUS_OK) {
    fail(fmt::format("{}:{}", address.host, address.port), amqp_error_string2(status));
  }
}

RabbitmqConnection::~RabbitmqConnection() = default;

int RabbitmqConnection::socket() const { return amqp_get_sockfd(state_.get()); }

void RabbitmqConnection::log_in(const RabbitmqAddress& address, const std::string& name) {
  // A queue that is deleted under us is to be told, or we would listen for ever.
  std::vector<amqp_table_entry_t> abilities{flag("consumer_cancel_notify"), flag("basic.nack"),
                                            flag("publisher_confirms")};
  std::vector<amqp_table_entry_t> properties{entry("connection_name", name)};
  auto& capabilities = properties.emplace_back();
  capabilities.key = bytes_of("capabilities");
  capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
  capabilities.value.value.table = table(abilities);
  const auto all = table(properties);
  check_reply("log in", amqp_login_with_properties(state_.get(), address.virtual_host.c_str(), 0,
                                                   AMQP_DEFAULT_FRAME_SIZE, kHeartbeatSeconds, &all,
                                                   AMQP_SASL_METHOD_PLAIN, address.user.c_str(),
                                                   address.password.c_str()));
  amqp_channel_open(state_.get(), kChannel);
  check("open a channel");
}

void RabbitmqConnection::close() { amqp_connection_close(state_.get(), AMQP_REPLY_SUCCESS); }

void RabbitmqConnection::check(std::string_view what) const {
  check_reply(what, amqp_get_rpc_reply(state_.get()));
}

void RabbitmqConnection::check_reply(std::string_view what, const amqp_rpc_reply_t& reply) const {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail(what, reason_of(reply));
}

void RabbitmqConnection::declare_exchange(const char* name, const char* type) {
  amqp_exchange_declare(state_.get(), kChannel, bytes_of(name), bytes_of(type), /*passive=*/0,
                        /*durable=*/1, /*auto_delete=*/0, /*internal=*/0, amqp_empty_table);
  check(fmt::format("declare exchange {}", name));
}

std::string RabbitmqConnection::declare_queue(const std::string& name, const QueueKind& kind) {
  std::vector<amqp_table_entry_t> arguments;
  if (kind.one_consumer_at_a_time) arguments.push_back(flag("x-single-active-consumer"));
  const auto* ok = amqp_queue_declare(state_.get(), kChannel, bytes_of(name), /*passive=*/0,
                                      /*durable=*/!kind.own, /*exclusive=*/kind.own,
                                      /*auto_delete=*/kind.own, table(arguments));
  check(fmt::format("declare queue {}", name));
  return text_of(ok->queue);
}

void RabbitmqConnection::bind(const std::string& queue, const char* exchange,
                              const std::string& key) {
  amqp_queue_bind(state_.get(), kChannel, bytes_of(queue), bytes_of(exchange), bytes_of(key),
                  amqp_empty_table);
  check(fmt::format("bind queue {}", queue));
}

void RabbitmqConnection::confirm_publishes() {
  amqp_confirm_select(state_.get(), kChannel);
  check("ask for confirms");
}

void RabbitmqConnection::publish(const char* exchange, const std::string& key,
                                 const std::string& bytes) {
  const auto id = std::to_string(++published_);
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.delivery_mode = kPersistent;
  properties.message_id = bytes_of(id);  // how a Returned is known again
  const int status =
      amqp_basic_publish(state_.get(), kChannel, bytes_of(exchange), bytes_of(key),
                         /*mandatory=*/1, /*immediate=*/0, &properties, bytes_of(bytes));
  if (status != AMQP_STATUS_OK) fail("publish", amqp_error_string2(status));
}

void RabbitmqConnection::consume(const std::string& queue, std::uint16_t window) {
  amqp_basic_qos(state_.get(), kChannel, 0, window, 0);
  check("set the window");
  amqp_basic_consume(state_.get(), kChannel, bytes_of(queue), amqp_empty_bytes, /*no_local=*/0,
                     /*no_ack=*/0, /*exclusive=*/0, amqp_empty_table);
  check(fmt::format("consume {}", queue));
}

void RabbitmqConnection::acknowledge(std::uint64_t tag) {
  const int status = amqp_basic_ack(state_.get(), kChannel, tag, /*multiple=*/0);
  if (status != AMQP_STATUS_OK) fail("acknowledge", amqp_error_string2(status));
}

std::optional<RabbitmqConnection::News> RabbitmqConnection::next() {
  for (;;) {
    amqp_maybe_release_buffers(state_.get());
    amqp_frame_t frame;
    timeval no_wait{};
    const int status = amqp_simple_wait_frame_noblock(state_.get(), &frame, &no_wait);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) fail("connection lost", amqp_error_string2(status));
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    if (auto news = read_method(frame.payload.method)) return news;
  }
}

std::optional<RabbitmqConnection::News> RabbitmqConnection::read_method(
    const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<amqp_basic_ack_t*>(method.decoded);
      return Confirmed{.tag = ack.delivery_tag, .multiple = ack.multiple != 0, .ok = true};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<amqp_basic_nack_t*>(method.decoded);
      return Confirmed{.tag = nack.delivery_tag, .multiple = nack.multiple != 0, .ok = false};
    }
    case AMQP_BASIC_RETURN_METHOD: {
      Returned returned{};
      read_content(&returned.tag);
      return returned;
    }
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto tag = static_cast<amqp_basic_deliver_t*>(method.decoded)->delivery_tag;
      return Delivered{.tag = tag, .bytes = read_content(nullptr)};
    }
    case AMQP_BASIC_CANCEL_METHOD: fail("consume", "the queue is gone");
    case AMQP_CHANNEL_CLOSE_METHOD:
      fail("channel closed",
           text_of(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text));
    case AMQP_CONNECTION_CLOSE_METHOD:
      fail("connection closed",
           text_of(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text));
    default: return std::nullopt;
  }
}

/// The message that follows a basic.deliver or basic.return.
std::string RabbitmqConnection::read_content(std::uint64_t* id) {
  amqp_message_t message;
  check_reply("read a message", amqp_read_message(state_.get(), kChannel, &message, 0));
  auto bytes = text_of(message.body);
  if (id != nullptr) {
    const auto name = text_of(message.properties.message_id);
    std::from_chars(name.data(), name.data() + name.size(), *id);
  }
  amqp_destroy_message(&message);
  return bytes;
}

}  // namespace souk::messaging::detail
