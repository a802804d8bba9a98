#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace souk::chaos {

enum class Outcome {
  ok,       ///< done, as the client was told
  refused,  ///< not done, as the client was told
  unknown,  ///< nobody answered, or the answer leaves it open (202, 503): done or not
};

std::string_view to_string(Outcome outcome);

/// One request of one client: what was asked, what was told. A call that is tried again is another one
/// with the same key.
struct Call {
  std::string who;    ///< "shopper-7"
  std::string what;   ///< "buy", "cancel", "refund", "fulfil", "deliver", "stock", …
  std::string key;    ///< its Idempotency-Key; empty where it has none
  std::string order;  ///< the order that it is about
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t amount = 0;    ///< buy: the total the shopper was shown; refund: what was asked for
  std::int64_t start_ms = 0;  ///< since the run began
  std::int64_t end_ms = 0;    ///< 0: nobody answered before the run ended
  Outcome outcome = Outcome::unknown;
  int status = 0;       ///< of HTTP; 0: no answer
  std::string code;     ///< of the problem, or why there was no answer
  std::string detail;   ///< of the problem, for people
  std::string told_id;  ///< what the answer named: an order, a refund, an account …
  std::string told_number;
  std::string told_status;
  std::int64_t told_amount = 0;  ///< … and the total, or the refund, that it told
};

std::string to_json_line(const Call& call);

/// The record of a run: every call of every client, in memory for the judge and as JSON lines in a file
/// for people. Any thread.
class Recorder {
 public:
  using Number = std::size_t;

  /// Throws std::runtime_error where the file cannot be made.
  explicit Recorder(const std::filesystem::path& file);

  /// Before the call is sent, so that one whose end nobody sees is there too. Sets start_ms.
  Number begin(Call call);
  /// What came of it: outcome, status, code and told_*. Sets end_ms and writes the line.
  void end(Number number, const Call& answered);

  std::int64_t now_ms() const;
  /// A copy of what there is by now; calls without an end are unknown.
  std::vector<Call> calls() const;

 private:
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::deque<Call> calls_;
  std::ofstream file_;
};

}  // namespace souk::chaos
