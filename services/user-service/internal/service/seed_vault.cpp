#include "internal/service/seed_vault.hpp"

#include <sodium.h>

#include "core/text.hpp"

namespace souk::user {
namespace {

constexpr std::string_view kPurpose = "souk signing key seeds";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

}  // namespace

SeedVault::SeedVault(std::span<const std::uint8_t> internal_key) {
  const security::SecretKey secret{internal_key};
  crypto_generichash(key_.data(), key_.bytes().size(), text::octets(kPurpose), kPurpose.size(),
                     secret.data(), secret.bytes().size());
}

database::Bytes SeedVault::seal(const security::SigningKey& key, Random& random) const {
  const auto& kid = key.kid();
  database::Bytes sealed(kNonceBytes + kSeedBytes + kTagBytes);
  random.fill(std::span{sealed}.first(kNonceBytes));
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr,
                                             key.seed().data(), kSeedBytes, text::octets(kid),
                                             kid.size(), nullptr, sealed.data(), key_.data());
  return sealed;
}

std::optional<security::SigningKey> SeedVault::open(std::string_view kid,
                                                    const database::Bytes& sealed) const {
  if (sealed.size() != kNonceBytes + kSeedBytes + kTagBytes) return std::nullopt;
  security::Secret<kSeedBytes> seed;
  const auto refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      seed.data(), nullptr, nullptr, sealed.data() + kNonceBytes, sealed.size() - kNonceBytes,
      text::octets(kid), kid.size(), sealed.data(), key_.data());
  if (refused != 0) return std::nullopt;
  return security::SigningKey::from_seed(seed.bytes());
}

}  // namespace souk::user
