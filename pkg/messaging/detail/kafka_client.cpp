#include "messaging/detail/kafka_client.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <syslog.h>

#include "core/error.hpp"

namespace souk::messaging::detail {

KafkaClient::KafkaClient(const runtime::ModuleContext& context, std::string purpose,
                         rd_kafka_type_t type, Options options, Hooks hooks)
    : name_(context.name + " " + purpose),
      log_(context.log),
      reconnects_(context.metrics.counter("souk_bus_reconnects_total",
                                          "Connections to the broker that were lost",
                                          {{"service", context.name}, {"for", purpose}})),
      hooks_(std::move(hooks)) {
  options["bootstrap.servers"] = context.settings.text("KAFKA_BROKERS");
  options["client.id"] = context.name;
  options["reconnect.backoff.max.ms"] = "5000";
  options["log.connection.close"] = "false";  // idle connections come and go
  auto* conf = rd_kafka_conf_new();
  std::array<char, 512> problem{};
  const auto refuse = [&problem] {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("Setting KAFKA_BROKERS: {}", problem.data())};
  };
  for (const auto& [name, value] : options) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), problem.data(), problem.size()) !=
        RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      refuse();
    }
  }
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_log_cb(conf, &on_log);
  rd_kafka_conf_set_error_cb(conf, &on_error);
  if (hooks_.delivered) rd_kafka_conf_set_dr_msg_cb(conf, &on_delivered);
  if (hooks_.rebalanced) rd_kafka_conf_set_rebalance_cb(conf, &on_rebalance);
  handle_.reset(rd_kafka_new(type, conf, problem.data(), problem.size()));
  if (!handle_) {
    rd_kafka_conf_destroy(conf);
    refuse();
  }
}

void KafkaClient::abandon() {
  rd_kafka_set_log_level(handle_.get(), 0);
  (void)handle_.release();
}

void KafkaClient::on_log(const rd_kafka_t* handle, int level, const char* facility,
                         const char* text) {
  const auto& self = *static_cast<const KafkaClient*>(rd_kafka_opaque(handle));
  const Log::Fields fields{{"for", self.name_}, {"facility", facility}, {"text", text}};
  if (level <= LOG_WARNING) {
    self.log_.warn("kafka", fields);
  } else if (level <= LOG_INFO) {
    self.log_.info("kafka", fields);
  }
}

void KafkaClient::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
  auto& self = *static_cast<KafkaClient*>(opaque);
  if (code == RD_KAFKA_RESP_ERR__TRANSPORT) self.reconnects_.Increment();
  self.log_.warn("no connection to the broker", {{"for", self.name_}, {"reason", reason}});
}

void KafkaClient::on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  static_cast<KafkaClient*>(opaque)->hooks_.delivered(*message);
}

void KafkaClient::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                               rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  const bool assigned = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  static_cast<KafkaClient*>(opaque)->hooks_.rebalanced(assigned, *partitions);
}

}  // namespace souk::messaging::detail
