#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "internal/middleware/authenticator.hpp"
#include "internal/middleware/neighbours.hpp"
#include "internal/middleware/replica_line.hpp"

namespace souk::gateway {

/// Neighbours by way of Redis. What a neighbour answers is as fresh as the question is old: it asks
/// user-service after it has heard the question, never from memory, and the answer carries the
/// question's nonce. So no clock but the asker's own decides how fresh it is (ADR 20).
///
/// On the module's loop but for tell_ended() and ask(). Made before the line starts; outlives it.
class RedisNeighbours final : public Neighbours {
 public:
  RedisNeighbours(const runtime::ModuleContext& context, ReplicaLine& line,
                  Authenticator& authenticator);

  void tell_ended(const SessionId& session) override;
  void ask(std::int64_t after) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void on_ended(const std::string& text);
  void on_question(const std::string& text);
  void on_answer(const std::string& text);
  Task<> answer(std::string asker, std::string nonce, std::int64_t after);

  runtime::ModuleContext context_;
  ReplicaLine& line_;
  Authenticator& authenticator_;
  std::unordered_map<std::string, Instant> asked_;  // by nonce: when
  int answering_ = 0;
};

}  // namespace souk::gateway
