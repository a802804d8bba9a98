#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "caller.hpp"
#include "record.hpp"

namespace souk::chaos {

/// Something that can be bought.
struct Article {
  std::string sku;
  std::int64_t price = 0;
};

/// How a crowd behaves. Each number is one in so many; 0: never.
struct Habits {
  int shoppers = 16;
  int hot = 0;      ///< buys are of a hot article
  int decline = 0;  ///< cards decline
  int cancel = 0;   ///< confirmed orders are cancelled by their shopper
  int fulfil = 0;   ///< confirmed orders are shipped by the staff, and delivered
  int refund = 0;   ///< confirmed orders are refunded in part by the staff
  int mischief =
      0;  ///< orders after which a key is used with another body, and another's order looked at
  std::chrono::milliseconds pause{20};         ///< between two orders of a shopper
  std::chrono::milliseconds patience{10'000};  ///< for one answer
  std::uint64_t seed = 1;
};

/// A crowd at the shop, a thread each: shoppers who buy, cancel and try what they should not, and one of
/// the staff who ships and refunds. Every call is recorded; what nobody answers is asked again with its
/// key, until the crowd goes home.
class Crowd {
 public:
  /// Opens an account for each; blocks until all have one. `hot` may be empty.
  Crowd(std::vector<std::string> gateways, Recorder& recorder, std::vector<Article> cold,
        std::vector<Article> hot, Habits habits);
  /// As go_home().
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void start();
  /// Everybody ends the call in hand and stops. What is then unknown stays so, for the moment.
  void go_home();
  /// Asks again for each unknown outcome until it is known; gives how many are unknown still when the
  /// time is over. After go_home().
  std::size_t resolve(std::chrono::seconds limit);

 private:
  struct Person;
  struct Order {
    std::string id;
    std::int64_t total = 0;
    const Person* buyer = nullptr;
  };
  struct Open {
    Call intent;
    Caller::Send send;
  };
  struct Person {
    Person(Crowd& crowd, std::string name, std::uint64_t seed);
    Caller caller;
    std::mt19937_64 random;
    std::vector<Open> open;  // nobody answered yet
    std::thread thread;
  };

  void shop(Person& person);
  void buy(Person& person);
  void after_order(Person& person, const Call& bought, const Caller::Send& send);
  void mischief(Person& person, const Call& bought);
  void work(Person& staff);
  std::optional<Call> ask(Person& person, const Call& intent, Caller::Send send);
  bool one_in(Person& person, int often);

  std::vector<std::string> gateways_;
  Recorder& recorder_;
  std::vector<Article> cold_;
  std::vector<Article> hot_;
  Habits habits_;
  std::atomic<bool> open_{false};
  std::vector<std::unique_ptr<Person>> people_;  // the staff is the last one

  std::mutex mutex_;
  std::deque<Order> for_staff_;
  Order last_;  // somebody's
};

/// Puts articles on sale, as an administrator: active products with stock, the stock recorded.
std::vector<Article> stock_up(const std::string& gateway, Recorder& recorder, int count,
                              std::int64_t price, std::int64_t stock);

}  // namespace souk::chaos
