#include "world.hpp"

#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/text.hpp"
#include "http/uri.hpp"

namespace souk::testing::bad_inputs {
namespace {

std::unique_ptr<World>& instance() {
  static std::unique_ptr<World> world;
  return world;
}

/// After all those requests: no password, payment token, address or access token in the log.
void expect_discreet_log(World& shop) {
  std::ifstream file{shop.platform().folder() / "souk.log"};
  const std::string log{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_FALSE(log.empty());
  for (const std::string secret : {"horse", "tok_visa", "@example.com", "Bearer "}) {
    EXPECT_FALSE(log.contains(secret)) << secret;
  }
  EXPECT_FALSE(log.contains(shop.shopper().token().substr(0, 60)));
}

/// Stops the platform while a failure to stop can still fail the program.
class StopAtTheEnd : public ::testing::Environment {
 public:
  void TearDown() override {
    if (instance()) expect_discreet_log(*instance());
    instance().reset();
  }
};

[[maybe_unused]] const auto* const kStop = ::testing::AddGlobalTestEnvironment(new StopAtTheEnd);

RunningPlatform& started(RunningPlatform& platform) {
  platform.start();
  return platform;
}

/// SQL, source files, folders, libraries, C++: words of the inside, in lower case.
constexpr std::string_view kInside[] = {
    "select ",  "insert into", "update ",     "delete from",     "sqlstate",  "pg_",
    "postgres", "libpq",       "relation \"", "syntax error at", "violates",  ".cpp",
    ".hpp",     "/tmp",        "/var/",       "/usr/",           "std::",     "boost",
    "grpc",     "protobuf",    "exception",   "stack",           "127.0.0.1", "0x7f"};

}  // namespace

World::World()
    : platform_(Shape::seven_processes,
                {"SOUK_RATE_LIMITS=off", fmt::format("SOUK_INTERNAL_KEY={}", kInternalKeyHex)}),
      port_(http::parse_url(started(platform_).url()).port),
      admin_(platform_.url()),
      shopper_(platform_.url()),
      stranger_(platform_.url()),
      guest_(platform_.url()) {
  admin_.log_in_as_admin();
  shopper_.register_account();
  stranger_.register_account();
  guest_.use_token(guest_.post("/api/v1/auth/guest", {{"email", ApiClient::unique_email()}})
                       .text("access_token"));
  names_["sku"] = admin_.make_product(1000, 50);
  shopper_.order(names_["sku"], 1);
  names_["order"] = shopper_.order(names_["sku"], 1).text("id");
  names_["strangers_order"] = stranger_.order(names_["sku"], 1).text("id");
  const auto newest = admin_.get("/api/v1/products?sort=newest&page_size=1");
  names_["product"] = newest.text("items.0.id");
  names_["products_token"] = newest.text("next_page_token");
  names_["orders_token"] = shopper_.get("/api/v1/orders?page_size=1").text("next_page_token");
  furnish();
  // What follows a sale by itself has to be over before anyone compares.
  eventually(
      [&] { return admin_.get("/api/v1/inventory/" + names_["sku"]).number("reserved") == 0; });
}

/// What the newer endpoints work on.
void World::furnish() {
  const boost::json::value address{{"address", ApiClient::order_of("", 1).at("shipping_address")}};
  names_["address"] = shopper_.post("/api/v1/users/addresses", address).text("id");
  names_["strangers_address"] = stranger_.post("/api/v1/users/addresses", address).text("id");
  shopper_.put("/api/v1/cart/items/" + names_["sku"], {{"quantity", 2}});
  for (const auto& [code, country] : {std::pair{"post", "US"}, std::pair{"home", "DE"}}) {
    admin_.post("/api/v1/shipping/methods", {{"code", code},
                                             {"name", "Method"},
                                             {"countries", {country}},
                                             {"price", {{"amount", 500}, {"currency", "USD"}}}});
  }
}

boost::json::object World::new_session() {
  ApiClient client{platform_.url()};
  const auto reply = client.post("/api/v1/auth/register", {{"email", ApiClient::unique_email()},
                                                           {"password", "correct horse battery"},
                                                           {"full_name", "Short Lived"}});
  return reply.body.as_object();
}

std::string World::fill(std::string text) const {
  const auto replace = [&](const std::string& name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  };
  for (const auto& [name, value] : names_) replace("{" + name + "}", value);
  replace("{key}", ApiClient::unique_key());
  return text;
}

std::string World::request(Caller caller, std::string_view method, std::string_view target,
                           std::string_view body, std::string_view more_headers) const {
  auto head = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}", method,
                          target, more_headers);
  if (caller == Caller::shopper)
    head += fmt::format("Authorization: Bearer {}\r\n", shopper_.token());
  if (caller == Caller::guest) head += fmt::format("Authorization: Bearer {}\r\n", guest_.token());
  if (caller == Caller::admin) head += fmt::format("Authorization: Bearer {}\r\n", admin_.token());
  if (!body.empty()) {
    if (!more_headers.contains("Content-Type")) head += "Content-Type: application/json\r\n";
    head += fmt::format("Content-Length: {}\r\n", body.size());
  }
  return fmt::format("{}\r\n{}", head, body);
}

RawReply World::exchange(std::string_view bytes) const {
  RawConnection connection{port_};
  connection.send(bytes);
  return connection.read();
}

std::string World::state() {
  std::string all;
  const auto add = [&all](const ApiReply& reply) {
    EXPECT_EQ(reply.status, 200) << "a good request after a bad one";
    all += boost::json::serialize(reply.body) + "\n";
  };
  add(admin_.get(fill("/api/v1/inventory/{sku}")));
  add(admin_.get(fill("/api/v1/products/{product}")));
  add(admin_.get("/api/v1/products?sort=newest&page_size=3"));
  add(shopper_.get("/api/v1/users/profile"));
  add(shopper_.get("/api/v1/orders"));
  add(stranger_.get("/api/v1/orders"));
  for (auto* who : {&shopper_, &stranger_}) {
    add(who->get("/api/v1/users/addresses"));
    add(who->get("/api/v1/cart"));
  }
  add(guest_.get("/api/v1/orders"));
  add(guest_.get("/api/v1/cart"));
  add(admin_.get("/api/v1/shipping/methods"));
  return all;
}

World& world() {
  if (!instance()) instance() = std::make_unique<World>();
  return *instance();
}

boost::json::value json_of(const RawReply& reply) {
  boost::system::error_code failed;
  auto value = boost::json::parse(reply.body, failed);
  return failed ? boost::json::value{} : value;
}

std::string header_of(const RawReply& reply, std::string_view name) {
  const auto line = fmt::format("\r\n{}: ", name);
  const auto at = reply.head.find(line);
  if (at == std::string::npos) return {};
  const auto begin = at + line.size();
  return reply.head.substr(begin, reply.head.find("\r\n", begin) - begin);
}

void expect_problem(const RawReply& reply, int status, std::string_view code) {
  EXPECT_EQ(reply.status, status) << reply.head << reply.body;
  EXPECT_TRUE(reply.has("Content-Type: application/problem+json")) << reply.head;
  EXPECT_TRUE(reply.has("X-Content-Type-Options: nosniff")) << reply.head;
  auto body = json_of(reply);
  ASSERT_TRUE(body.is_object()) << reply.body;
  auto& members = body.get_object();
  const auto text = [&](std::string_view name) {
    const auto* value = members.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
  };
  EXPECT_EQ(text("code"), code) << reply.body;
  EXPECT_FALSE(text("type").empty());
  EXPECT_FALSE(text("title").empty());
  EXPECT_EQ(text("trace_id").size(), 32U) << reply.body;
  EXPECT_EQ(members["status"], status) << reply.body;
  members.erase("instance");  // the path as it was sent
  const auto shown = text::to_lower(boost::json::serialize(body));
  for (const auto word : kInside)
    EXPECT_FALSE(shown.contains(word)) << word << " in " << reply.body;
}

}  // namespace souk::testing::bad_inputs
