#include "security/jwt.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "core/text.hpp"
#include "security/base64url.hpp"
#include "security/jwt_claims.hpp"

namespace souk::security {
namespace {

constexpr std::size_t kMaxKidBytes = 128;

std::unexpected<Error> invalid_token() {
  return std::unexpected{
      Error{Kind::unauthenticated, "invalid_token", "The access token is not valid."}};
}

std::unexpected<Error> token_expired() {
  return std::unexpected{
      Error{Kind::unauthenticated, "token_expired", "The access token has expired."}};
}

/// Also the reason why a kid can stand in JSON as it is.
bool is_kid(std::string_view kid) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !kid.empty() && kid.size() <= kMaxKidBytes &&
         kid.find_first_not_of(kAlphabet) == std::string_view::npos;
}

/// The first part of every token signed with this key. A token's header is never parsed: it must be
/// this text, character by character. So there is no `alg` to choose, no `jku`, `x5u`, `jwk` or
/// `crit` to heed, and a kid is no more than one of the keys of a map.
std::string encoded_header(std::string_view kid) {
  return base64url::encode(fmt::format(R"({{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}})", kid));
}

/// RFC 7638 over the members that RFC 8037 §2 names, in their order.
std::string thumbprint(std::span<const std::uint8_t> public_key) {
  const auto jwk =
      fmt::format(R"({{"crv":"Ed25519","kty":"OKP","x":"{}"}})", base64url::encode(public_key));
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), text::octets(jwk), jwk.size());
  return base64url::encode(hash);
}

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;  ///< header.payload
};

std::optional<Parts> split(std::string_view token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == last) return std::nullopt;  // none or one; a third one spoils the payload
  return Parts{token.substr(0, first), token.substr(first + 1, last - first - 1),
               token.substr(last + 1), token.substr(0, last)};
}

bool is_signed_by(const PublicKey& key, const Parts& parts) {
  const auto signature = base64url::decode(parts.signature);
  return signature && signature->size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(text::octets(*signature), text::octets(parts.signed_text),
                                     parts.signed_text.size(), key.bytes.data()) == 0;
}

std::vector<PublicKey> public_keys(const std::vector<SigningKey>& keys) {
  std::vector<PublicKey> result;
  for (const auto& key : keys) result.push_back(key.public_key());
  return result;
}

const SigningKey& find(const std::vector<SigningKey>& keys, std::string_view kid) {
  const auto key = std::ranges::find(keys, kid, &SigningKey::kid);
  if (key != keys.end()) return *key;
  throw Error{Kind::internal, "invalid_key", "The signing key is not on the ring."};
}

}  // namespace

Jwks::Jwks(std::vector<PublicKey> keys) {
  for (auto& key : keys) {
    auto header = is_kid(key.kid) ? encoded_header(key.kid) : std::string{};
    if (header.empty() || !by_header_.try_emplace(std::move(header), std::move(key)).second) {
      throw Error{Kind::internal, "invalid_key", "A key's kid is malformed or there twice."};
    }
  }
}

Result<Claims> Jwks::verify(std::string_view token, Time now, const Expected& expected) const {
  if (token.size() > kMaxTokenBytes) return invalid_token();
  const auto parts = split(token);
  if (!parts) return invalid_token();
  const auto key = by_header_.find(parts->header);
  if (key == by_header_.end() || !is_signed_by(key->second, *parts)) return invalid_token();

  const auto payload = base64url::decode(parts->payload);
  auto claims = payload ? claims_from_json(*payload) : std::nullopt;
  if (!claims || claims->iss != expected.iss || claims->aud != expected.aud) return invalid_token();
  const auto now_s = std::chrono::floor<std::chrono::seconds>(now);
  const auto latest_start = now_s + kClockSkew;
  if (claims->nbf > latest_start || claims->iat > latest_start) return invalid_token();
  if (now_s >= claims->exp) return token_expired();
  return std::move(*claims);
}

SigningKey::SigningKey(const Secret<32>& seed) : seed_(seed) {
  crypto_sign_seed_keypair(public_key_.bytes.data(), secret_.data(), seed_.data());
  public_key_.kid = thumbprint(public_key_.bytes);
}

SigningKey SigningKey::generate(Random& random) {
  Secret<32> seed;
  random.fill(seed.bytes());
  return SigningKey{seed};
}

SigningKey SigningKey::from_seed(std::span<const std::uint8_t> seed) {
  return SigningKey{Secret<32>{seed}};
}

std::string SigningKey::sign(std::string_view bytes) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       text::octets(bytes), bytes.size(), secret_.data());
  return signature;
}

KeyRing::KeyRing(const std::vector<SigningKey>& keys, std::string_view signing_kid)
    : signer_(find(keys, signing_kid)), jwks_(public_keys(keys)) {}

std::string KeyRing::sign(const Claims& claims) const {
  auto token = encoded_header(signer_.kid());
  token += '.';
  token += base64url::encode(claims_to_json(claims));
  const auto signature = signer_.sign(token);
  token += '.';
  token += base64url::encode(signature);
  return token;
}

}  // namespace souk::security
