#include "http/blocking_client.hpp"

#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace souk::http {

namespace asio = boost::asio;

BlockingClient::BlockingClient(std::string_view base_url, ClientSettings settings)
    : loop_(std::make_unique<asio::io_context>(1)),
      client_(std::make_unique<Client>(*loop_, base_url, std::move(settings))) {}

BlockingClient::~BlockingClient() = default;

ClientResponse BlockingClient::request(ClientRequest request) {
  bool done = false;
  std::exception_ptr failure;
  ClientResponse response;
  asio::co_spawn(*loop_, client_->request(std::move(request)),
                 [&](std::exception_ptr thrown, ClientResponse reply) {
                   failure = thrown;
                   response = std::move(reply);
                   done = true;
                 });
  loop_->restart();
  while (!done) loop_->run_one();  // not run(): a resolver given up on would hold that
  if (failure) std::rethrow_exception(failure);
  return response;
}

ClientResponse BlockingClient::get(std::string target, Headers headers) {
  ClientRequest get;
  get.target = std::move(target);
  get.headers = std::move(headers);
  return request(std::move(get));
}

ClientResponse BlockingClient::send(Method method, std::string target, std::string json,
                                    Headers headers) {
  ClientRequest sent;
  sent.method = method;
  sent.target = std::move(target);
  sent.headers = std::move(headers);
  sent.headers.set("Content-Type", "application/json");
  sent.body = std::move(json);
  return request(std::move(sent));
}

}  // namespace souk::http
