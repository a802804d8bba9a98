#include "record.hpp"

#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace souk::chaos {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok: return "ok";
    case Outcome::refused: return "refused";
    case Outcome::unknown: return "unknown";
  }
  return "";
}

std::string to_json_line(const Call& call) {
  boost::json::object line{{"start_ms", call.start_ms},
                           {"end_ms", call.end_ms},
                           {"who", call.who},
                           {"what", call.what},
                           {"outcome", to_string(call.outcome)}};
  const auto add = [&line](std::string_view name, const std::string& text) {
    if (!text.empty()) line[name] = text;
  };
  const auto add_number = [&line](std::string_view name, std::int64_t number) {
    if (number != 0) line[name] = number;
  };
  add("key", call.key);
  add("order", call.order);
  add("sku", call.sku);
  add_number("quantity", call.quantity);
  add_number("amount", call.amount);
  add_number("status", call.status);
  add("code", call.code);
  add("detail", call.detail);
  add("told_id", call.told_id);
  add("told_number", call.told_number);
  add("told_status", call.told_status);
  add_number("told_amount", call.told_amount);
  return boost::json::serialize(line);
}

Recorder::Recorder(const std::filesystem::path& file) : file_(file) {
  if (!file_) throw std::runtime_error{"cannot write " + file.string()};
}

std::int64_t Recorder::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begun_)
      .count();
}

Recorder::Number Recorder::begin(Call call) {
  const std::scoped_lock lock{mutex_};
  call.start_ms = now_ms();
  calls_.push_back(std::move(call));
  return calls_.size() - 1;
}

void Recorder::end(Number number, const Call& answered) {
  const std::scoped_lock lock{mutex_};
  auto& call = calls_.at(number);
  const auto start = call.start_ms;
  call = answered;
  call.start_ms = start;
  call.end_ms = now_ms();
  file_ << to_json_line(call) << '\n' << std::flush;
}

std::vector<Call> Recorder::calls() const {
  const std::scoped_lock lock{mutex_};
  return {calls_.begin(), calls_.end()};
}

}  // namespace souk::chaos
