#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "http/client.hpp"
#include "runtime/task.hpp"

namespace souk::load {

/// What a load runs on: products in stock and shoppers with accounts, made once per installation.
struct Shop {
  struct Product {
    std::string id;
    std::string sku;
  };
  std::vector<Product> products;
  std::vector<std::string> emails;  ///< of the shoppers; all have kPassword
  std::vector<std::string> tokens;  ///< of their sessions, in the order of `emails`

  void save(const std::filesystem::path& file) const;
  static Shop load(const std::filesystem::path& file);
};

inline constexpr std::string_view kPassword = "correct horse battery";
/// Of each SKU: more than any run sells.
inline constexpr std::int64_t kStock = 100'000'000;

/// Makes the shop through the public API, as the demo administrator. Throws std::runtime_error with
/// the reply that was not expected.
Task<Shop> make_shop(http::Client& client, std::size_t products, std::size_t shoppers);

/// The access token of an account.
Task<std::string> log_in(http::Client& client, std::string email, std::string password);

/// Gives every shopper a new session: tokens end after 15 minutes.
Task<> log_in_all(http::Client& client, Shop& shop);

/// A JSON request under /api/v1; `token` and `key` may be empty. Any reply, whatever its status.
Task<http::ClientResponse> send(http::Client& client, http::Method method, std::string path,
                                std::string body, std::string token, std::string key = "");

/// Awaits work(0) … work(count - 1), `width` of them at a time. Throws what the first to fail
/// threw, once all that were begun have ended; `work` outlives it.
Task<> for_each(std::size_t count, std::size_t width,
                const std::function<Task<>(std::size_t)>& work);

}  // namespace souk::load
