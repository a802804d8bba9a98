#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <amqp.h>

namespace souk::messaging::detail {

/// What an amqp:// URL says.
struct RabbitmqAddress {
  std::string host, user, password, virtual_host;
  int port;

  /// Throws Error{validation, "invalid_setting"}, without the URL in it.
  static RabbitmqAddress parse(std::string url);
};

/// One connection to RabbitMQ with one channel (librabbitmq). Blocking, for one thread, save for
/// next(), which takes what is there. Each function throws Error{unavailable} once the connection,
/// or its channel, is of no use any more.
class RabbitmqConnection {
 public:
  /// What the broker says by itself.
  struct Confirmed {
    std::uint64_t tag;
    bool multiple;  ///< and all before it
    bool ok;
  };
  struct Returned {  ///< nobody listens there; the Confirmed that follows is none
    std::uint64_t tag;
  };
  struct Delivered {
    std::uint64_t tag;
    std::string bytes;
  };
  using News = std::variant<Confirmed, Returned, Delivered>;

  /// Opens the socket only: then shutdown() of socket() from another thread ends what hangs.
  explicit RabbitmqConnection(const RabbitmqAddress& address);
  /// Without a goodbye, unless close() was called.
  ~RabbitmqConnection();
  RabbitmqConnection(const RabbitmqConnection&) = delete;
  RabbitmqConnection& operator=(const RabbitmqConnection&) = delete;

  /// `name` is what the broker's operator sees.
  void log_in(const RabbitmqAddress& address, const std::string& name);
  void close();
  int socket() const;

  struct QueueKind {
    bool one_consumer_at_a_time = false;
    bool own = false;  ///< for this connection alone, and gone with it; named by the broker
  };
  void declare_exchange(const char* name, const char* type);
  /// Gives back its name.
  std::string declare_queue(const std::string& name, const QueueKind& kind);
  void bind(const std::string& queue, const char* exchange, const std::string& key);

  /// From here on publish() numbers its messages 1, 2, 3…: the tags of Confirmed and Returned.
  void confirm_publishes();
  /// Persistent and mandatory: what no queue takes is Returned.
  void publish(const char* exchange, const std::string& key, const std::string& bytes);
  std::uint64_t published() const { return published_; }

  /// Deliveries begin, `window` of them ahead of their acknowledgements.
  void consume(const std::string& queue, std::uint16_t window);
  void acknowledge(std::uint64_t tag);

  /// What has come in; empty if nothing has.
  std::optional<News> next();

 private:
  struct End {
    void operator()(amqp_connection_state_t state) const { amqp_destroy_connection(state); }
  };
  void check(std::string_view what) const;
  void check_reply(std::string_view what, const amqp_rpc_reply_t& reply) const;
  std::optional<News> read_method(const amqp_method_t& method);
  std::string read_content(std::uint64_t* id);

  std::unique_ptr<amqp_connection_state_t_, End> state_;
  std::uint64_t published_ = 0;
};

}  // namespace souk::messaging::detail
