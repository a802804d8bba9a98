#include "http/public_address.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "core/text.hpp"

namespace souk::http {
namespace {

namespace ip = boost::asio::ip;

struct Block4 {
  std::uint32_t network;
  int bits;
};

// IANA's special-purpose registry (RFC 6890 and its successors): what is not globally reachable.
constexpr std::array<Block4, 15> kSpecial4{{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // 10/8, private
    {0x64400000, 10},  // 100.64/10, shared by a provider's customers
    {0x7F000000, 8},   // 127/8, this machine
    {0xA9FE0000, 16},  // 169.254/16, link-local: metadata services of clouds
    {0xAC100000, 12},  // 172.16/12, private
    {0xC0000000, 24},  // 192.0.0/24, protocol assignments
    {0xC0000200, 24},  // 192.0.2/24, documentation
    {0xC0586300, 24},  // 192.88.99/24, 6to4 relays
    {0xC0A80000, 16},  // 192.168/16, private
    {0xC6120000, 15},  // 198.18/15, benchmarks
    {0xC6336400, 24},  // 198.51.100/24, documentation
    {0xCB007100, 24},  // 203.0.113/24, documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(kSpecial4, [address](const Block4& block) {
    return (address ^ block.network) >> (32 - block.bits) == 0;
  });
}

/// Only 2000::/3 is handed out, and in it are 2001::/23 (Teredo, …), 2001:db8::/32 (documentation), 2002::/16
/// (6to4, which leads to IPv4). IPv4 in other clothes (::ffff:0:0/96, 64:ff9b::/96) is outside of it.
bool is_public_v6(const ip::address_v6::bytes_type& bytes) {
  if ((bytes[0] & 0xE0U) != 0x20) return false;
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return false;
  if (bytes[0] == 0x20 && bytes[1] == 0x01) {
    if ((bytes[2] & 0xFEU) == 0) return false;
    if (bytes[2] == 0x0D && bytes[3] == 0xB8) return false;
  }
  return !(bytes[0] == 0x3F && bytes[1] == 0xFF);  // 3fff::/20 and what stood beside it
}

}  // namespace

bool is_public_address(std::string_view text) {
  boost::system::error_code none;
  const auto address = ip::make_address(std::string{text}, none);
  if (none) return false;
  return address.is_v4() ? is_public_v4(address.to_v4().to_uint())
                         : is_public_v6(address.to_v6().to_bytes());
}

bool is_private_literal(std::string_view host) {
  const auto name = text::to_lower(host);
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  boost::system::error_code none;
  ip::make_address(std::string{host}, none);
  return !none && !is_public_address(host);
}

}  // namespace souk::http
