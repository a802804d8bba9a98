#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

#include "runtime/module.hpp"

namespace souk::messaging::detail {

/// librdkafka's handle. What it logs goes into our log; it reconnects by itself, with a jittered
/// backoff. The hooks are called by whoever polls.
class KafkaClient {
 public:
  using Options = std::map<std::string, std::string>;
  struct Hooks {
    /// What became of a message that was produced.
    std::function<void(const rd_kafka_message_t& message)> delivered;
    /// Must assign, or unassign.
    std::function<void(bool assigned, rd_kafka_topic_partition_list_t& partitions)> rebalanced;
  };

  /// `purpose` is "publisher" or "subscriber". An address that cannot be one throws
  /// Error{validation, "invalid_setting"}; brokers that are away do not.
  KafkaClient(const runtime::ModuleContext& context, std::string purpose, rd_kafka_type_t type,
              Options options, Hooks hooks);

  rd_kafka_t* get() const { return handle_.get(); }

  /// Lets the handle be until the process ends, in place of an end that would take many seconds:
  /// librdkafka does not let go of commits that no broker answers. It calls nothing of ours any more.
  void abandon();

 private:
  struct End {
    /// A consumer has left its group by then, or was not able to.
    void operator()(rd_kafka_t* handle) const {
      rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
  };
  static void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text);
  static void on_error(rd_kafka_t* handle, int code, const char* reason, void* self);
  static void on_delivered(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);
  static void on_rebalance(rd_kafka_t* handle, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* partitions, void* self);

  const std::string name_;
  Log& log_;
  prometheus::Counter& reconnects_;
  Hooks hooks_;
  std::unique_ptr<rd_kafka_t, End> handle_;  // last: its threads use the rest
};

}  // namespace souk::messaging::detail
