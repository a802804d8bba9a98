#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "http/uri.hpp"
#include "testing/gate.hpp"

namespace souk::payment {

/// What goes wrong between us and the provider.
enum class Fault {
  none,
  hang_up_before,  ///< the request never reaches the provider
  error_before,
  stall_after,  ///< the provider has done it, but nobody hears of it
  hang_up_after,
  error_after,
  garbage_after,
  duplicate,  ///< the network delivers the request twice
};

/// A gate in front of the provider that breaks the POSTs of charges and refunds as told, `times` times.
class ProviderGate {
 public:
  ProviderGate(boost::asio::io_context& loop, std::string_view provider_url)
      : gate_(loop, testing::local_port(http::parse_url(provider_url).port),
              [this] { return filter(); }) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(gate_.port()); }

  void break_next(Fault fault, int times = 1) {
    fault_ = fault;
    times_ = times;
  }
  /// Everything is broken, asking and cancelling too.
  void cut(bool cut) { cut_ = cut; }

 private:
  using Way = testing::Gate::Way;
  using Verdict = testing::Gate::Verdict;

  static bool moves_money(std::string_view request) {
    const auto path = request.substr(0, request.find(" HTTP/1.1"));
    return path == "POST /v1/charges" || (path.starts_with("POST ") && path.ends_with("/refunds"));
  }

  static std::string answer(std::string_view status, std::string_view body) {
    return "HTTP/1.1 " + std::string{status} +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string{body};
  }

  testing::Gate::Filter filter() {
    return
        [this, fault = Fault::none, request = std::string{}](Way way, std::string& bytes) mutable {
          if (cut_) return Verdict::reset;
          if (way == Way::to_server) {
            fault = moves_money(bytes) && times_ > 0 ? fault_ : Fault::none;
            if (fault == Fault::none) return Verdict::pass;
            --times_;
            request = bytes;
            return before(fault, bytes);
          }
          return after(std::exchange(fault, Fault::none), request, bytes);
        };
  }

  static Verdict before(Fault fault, std::string& bytes) {
    if (fault == Fault::hang_up_before) return Verdict::reset;
    if (fault != Fault::error_before) return Verdict::pass;
    bytes = answer("500 Internal Server Error", "broken");
    return Verdict::back;
  }

  static Verdict after(Fault fault, const std::string& request, std::string& bytes) {
    switch (fault) {
      case Fault::stall_after: return Verdict::drop;
      case Fault::hang_up_after: return Verdict::reset;
      case Fault::error_after: bytes = answer("502 Bad Gateway", "broken"); return Verdict::pass;
      case Fault::garbage_after: bytes = answer("201 Created", "{]"); return Verdict::pass;
      case Fault::duplicate: bytes = request; return Verdict::back;
      default: return Verdict::pass;
    }
  }

  Fault fault_ = Fault::none;
  int times_ = 0;
  bool cut_ = false;
  testing::Gate gate_;
};

}  // namespace souk::payment
