#pragma once

#include <optional>

#include "installation.hpp"
#include "runtime/blocking.hpp"
#include "runtime/host.hpp"

namespace souk::app {

/// The services, hosted in the command line's own process on the installation's databases. Works beside a
/// running instance, like one more replica, and just as well where none runs. Migrates first. Used by
/// main alone; the destructor stops everything it started.
class Backend {
 public:
  Backend();
  ~Backend();

  /// Calls an internal rpc and waits:
  ///   backend.call<user::v1::User>("user-service", "souk.user.v1.UserService", "CreateAdmin", request)
  template <class Reply, class Request>
  Reply call(std::string_view service, std::string_view proto_service, std::string_view method,
             Request request, std::chrono::milliseconds timeout = std::chrono::seconds{30}) {
    const rpc::Method<Request, Reply> rpc{host_.channel(service), "cli", proto_service, method};
    const auto call = rpc::Call::background("cli", timeout, process_.random);
    return runtime::run_on(loop_.executor(), [&]() { return rpc(call, std::move(request)); });
  }

  runtime::Host& host() { return host_; }
  runtime::Process& process() { return process_; }

 private:
  static config::Settings prepare(Installation& installation);

  Installation installation_;
  runtime::Process process_;
  runtime::EventLoop loop_;
  runtime::Host host_;
};

}  // namespace souk::app
