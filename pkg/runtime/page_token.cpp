#include "runtime/page_token.hpp"

#include <stdexcept>

#include <sodium.h>

#include "common/pagination.pb.h"
#include "security/base64url.hpp"
#include "security/token.hpp"

namespace souk::runtime {
namespace {

/// 128 bits: nobody guesses them, and tokens stay short.
constexpr std::size_t kTagBytes = 16;
constexpr std::string_view kPurpose = "souk page token";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[noreturn]] void refuse() {
  throw Error{Kind::malformed, "invalid_page_token", "The page token is not one of this list."};
}

}  // namespace

PageTokens::PageTokens(std::span<const std::uint8_t> key) : key_(crypto_generichash_KEYBYTES) {
  if (key.size() != 32) throw std::logic_error{"a page token key has 32 bytes"};
  const auto purpose = bytes_of(kPurpose);
  crypto_generichash(key_.data(), key_.size(), purpose.data(), purpose.size(), key.data(),
                     key.size());
}

// The tag covers the list, the token does not carry it: who reads a token already knows its list.
std::string PageTokens::make(std::string_view list, const std::vector<std::string>& after) const {
  common::v1::PageToken token;
  for (const auto& key : after) token.add_after(key);
  const auto body = token.SerializeAsString();
  token.set_list(std::string{list});
  const auto covered = token.SerializeAsString();
  std::string out(kTagBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                     bytes_of(covered).data(), covered.size(), key_.data(), key_.size());
  return security::base64url::encode(out + body);
}

std::optional<std::vector<std::string>> PageTokens::read(std::string_view list,
                                                         std::string_view token) const {
  if (token.empty()) return std::nullopt;
  const auto bytes = security::base64url::decode(token);
  if (!bytes || bytes->size() <= kTagBytes) refuse();
  common::v1::PageToken read;
  if (!read.ParseFromString(bytes->substr(kTagBytes))) refuse();
  std::vector<std::string> after{read.after().begin(), read.after().end()};
  // Made anew it has to come out the same: so there is one spelling of each token and no other.
  if (!security::constant_time_equal(make(list, after), token)) refuse();
  return after;
}

}  // namespace souk::runtime
