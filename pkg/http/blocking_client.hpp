#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/client.hpp"

namespace souk::http {

/// A Client that blocks: for tests and the command line. Runs a loop of its own; one thread at a
/// time.
class BlockingClient {
 public:
  explicit BlockingClient(std::string_view base_url, ClientSettings settings = {});
  ~BlockingClient();

  /// As Client::request.
  ClientResponse request(ClientRequest request);

  ClientResponse get(std::string target, Headers headers = {});
  /// A request with a JSON body.
  ClientResponse send(Method method, std::string target, std::string json, Headers headers = {});

 private:
  std::unique_ptr<boost::asio::io_context> loop_;
  std::unique_ptr<Client> client_;
};

}  // namespace souk::http
