#include "shoppers.hpp"

#include <fmt/format.h>

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::ApiClient;
using testing::ApiReply;
using Steady = std::chrono::steady_clock;

/// To open an account, or to log in, on a busy machine.
constexpr auto kEntry = 60s;

/// A call with its key and a body that never changes.
Caller::Send post(std::string path, boost::json::value body, std::string key) {
  return [path = std::move(path), body = std::move(body), key = std::move(key)](ApiClient& client) {
    return client.post(path, body, key);
  };
}

Call intent(std::string what, std::string order = "") {
  return {.what = std::move(what), .key = ApiClient::unique_key(), .order = std::move(order)};
}

}  // namespace

Crowd::Person::Person(Crowd& crowd, std::string name, std::uint64_t seed)
    : caller(std::move(name), crowd.gateways_, crowd.recorder_, crowd.habits_.patience),
      random(seed) {}

Crowd::Crowd(std::vector<std::string> gateways, Recorder& recorder, std::vector<Article> cold,
             std::vector<Article> hot, Habits habits)
    : gateways_(std::move(gateways)),
      recorder_(recorder),
      cold_(std::move(cold)),
      hot_(std::move(hot)),
      habits_(habits) {
  for (int i = 1; i <= habits_.shoppers; ++i) {
    people_.push_back(std::make_unique<Person>(*this, fmt::format("shopper-{}", i),
                                               habits_.seed * 1000 + static_cast<unsigned>(i)));
    people_.back()->caller.register_account(Steady::now() + kEntry);
  }
  people_.push_back(std::make_unique<Person>(*this, "staff", habits_.seed));
  people_.back()->caller.log_in_as_admin(Steady::now() + kEntry);
}

Crowd::~Crowd() { go_home(); }

void Crowd::start() {
  open_ = true;
  for (auto& person : people_) {
    const bool staff = person == people_.back();
    person->thread =
        std::thread{[this, &person = *person, staff] { staff ? work(person) : shop(person); }};
  }
}

void Crowd::go_home() {
  open_ = false;
  for (auto& person : people_) {
    if (person->thread.joinable()) person->thread.join();
  }
}

std::size_t Crowd::resolve(std::chrono::seconds limit) {
  const auto until = Steady::now() + limit;
  std::atomic<std::size_t> unknown{0};
  std::vector<std::jthread> threads;
  for (auto& person : people_) {
    threads.emplace_back([&unknown, &person = *person, until] {
      for (const auto& open : person.open) {
        const auto call = person.caller.insist(open.intent, open.send, until);
        if (call.outcome == Outcome::unknown) ++unknown;
      }
      person.open.clear();
    });
  }
  threads.clear();
  return unknown;
}

bool Crowd::one_in(Person& person, int often) {
  return often > 0 && person.random() % static_cast<unsigned>(often) == 0;
}

/// The outcome, once it is known; nothing where the crowd went home before.
std::optional<Call> Crowd::ask(Person& person, const Call& intent, Caller::Send send) {
  while (open_) {
    auto call = person.caller.attempt(intent, send);
    if (call.outcome != Outcome::unknown) return call;
    std::this_thread::sleep_for(50ms);
  }
  person.open.push_back({intent, std::move(send)});
  return std::nullopt;
}

void Crowd::shop(Person& person) {
  while (open_) {
    buy(person);
    std::this_thread::sleep_for(habits_.pause);
  }
}

void Crowd::buy(Person& person) {
  const auto& articles = !hot_.empty() && one_in(person, habits_.hot) ? hot_ : cold_;
  const auto& article = articles[person.random() % articles.size()];
  auto wish = intent("buy");
  wish.sku = article.sku;
  wish.quantity = static_cast<std::int64_t>(1 + person.random() % 2);
  wish.amount = article.price * wish.quantity;
  auto body = ApiClient::order_of(article.sku, wish.quantity,
                                  one_in(person, habits_.decline) ? "tok_declined" : "tok_visa");
  body.as_object()["expected_total"] = {{"amount", wish.amount}, {"currency", "USD"}};
  const auto send = post("/api/v1/orders", std::move(body), wish.key);
  const auto bought = ask(person, wish, send);
  if (bought && bought->outcome == Outcome::ok) after_order(person, *bought, send);
}

void Crowd::after_order(Person& person, const Call& bought, const Caller::Send& send) {
  if (one_in(person, habits_.mischief)) {
    person.caller.attempt(bought, send);  // as somebody who pressed the button twice
    mischief(person, bought);
  }
  if (one_in(person, habits_.cancel)) {
    auto wish = intent("cancel", bought.told_id);
    wish.sku = bought.sku;
    wish.quantity = bought.quantity;
    ask(person, wish,
        post("/api/v1/orders/" + wish.order + "/cancel", boost::json::object{}, wish.key));
  }
  const std::scoped_lock lock{mutex_};
  last_ = {bought.told_id, bought.told_amount, &person};
  for_staff_.push_back(last_);
}

/// What must be refused, whatever else goes on. One call each: nobody insists on a refusal.
void Crowd::mischief(Person& person, const Call& bought) {
  const auto other_body = ApiClient::order_of(bought.sku, bought.quantity + 1);
  person.caller.attempt({.what = "reuse", .order = bought.told_id},
                        post("/api/v1/orders", other_body, bought.key));
  const auto others = [&] {
    const std::scoped_lock lock{mutex_};
    return last_;
  }();
  if (others.id.empty() || others.buyer == &person) return;
  person.caller.attempt({.what = "peek", .order = others.id}, [&others](ApiClient& client) {
    return client.get("/api/v1/orders/" + others.id);
  });
}

void Crowd::work(Person& staff) {
  while (open_) {
    std::optional<Order> order;
    {
      const std::scoped_lock lock{mutex_};
      if (!for_staff_.empty()) {
        order = for_staff_.front();
        for_staff_.pop_front();
      }
    }
    if (!order) {
      std::this_thread::sleep_for(10ms);
      continue;
    }
    const auto path = "/api/v1/orders/" + order->id;
    if (one_in(staff, habits_.fulfil)) {
      for (const std::string what : {"fulfil", "deliver"}) {
        const auto wish = intent(what, order->id);
        ask(staff, wish, post(path + "/" + what, boost::json::object{}, wish.key));
      }
    }
    if (one_in(staff, habits_.refund)) {
      auto wish = intent("refund", order->id);
      wish.amount = order->total / 3;
      ask(staff, wish,
          post(path + "/refunds",
               {{"amount", {{"amount", wish.amount}, {"currency", "USD"}}}, {"reason", "damaged"}},
               wish.key));
    }
  }
}

std::vector<Article> stock_up(const std::string& gateway, Recorder& recorder, int count,
                              std::int64_t price, std::int64_t stock) {
  ApiClient admin{gateway};
  admin.log_in_as_admin();
  std::vector<Article> articles;
  for (int i = 0; i < count; ++i) {
    articles.push_back({admin.make_product(price, stock), price});
    Call call{.who = "staff", .what = "stock", .sku = articles.back().sku, .quantity = stock};
    const auto number = recorder.begin(call);
    call.outcome = Outcome::ok;
    call.status = 200;
    recorder.end(number, call);
  }
  return articles;
}

}  // namespace souk::chaos
