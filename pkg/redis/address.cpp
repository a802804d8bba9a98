#include "redis/address.hpp"

#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/error.hpp"

namespace souk::redis {
namespace {

/// As many as a server can be told to have without being asked for more memory than it is worth.
constexpr int kMaxDatabase = 9999;

[[noreturn]] void refuse(const char* why) {
  throw Error{
      Kind::validation, "invalid_setting",
      std::string{"REDIS_URL: "} + why + "; expected redis://[:password@]host[:port][/database]"};
}

int parse_number(std::string_view text, int least, int most, const char* complaint) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    refuse(complaint);
  return number;
}

}  // namespace

Address parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->scheme() != "redis") refuse("it is no redis:// URL");
  if (parsed->host().empty()) refuse("it names no host");
  if (parsed->has_query() || parsed->has_fragment()) refuse("it has more than that");
  Address address;
  address.host = parsed->host_address();
  address.user = parsed->user();
  address.password = parsed->password();
  if (!address.user.empty() && address.password.empty()) refuse("the user has no password");
  if (const std::string port = parsed->port(); !port.empty())
    address.port = static_cast<std::uint16_t>(parse_number(port, 1, 65535, "that is no port"));
  if (const std::string path = parsed->path(); path.size() > 1)
    address.database = parse_number(path.substr(1), 0, kMaxDatabase, "that is no database number");
  return address;
}

}  // namespace souk::redis
