#include "security/signer.hpp"

#include <sodium.h>

#include "core/text.hpp"
#include "security/base64url.hpp"

namespace souk::security {
namespace {

constexpr std::size_t kSignatureBytes = crypto_auth_BYTES;
static_assert(crypto_auth_KEYBYTES == 32);

}  // namespace

Signer::Signer(const SecretKey& key, std::string_view purpose) {
  crypto_auth(key_.data(), text::octets(purpose), purpose.size(), key.data());
}

std::string Signer::sign(std::string_view bytes) const {
  std::string signature(kSignatureBytes, '\0');
  crypto_auth(reinterpret_cast<unsigned char*>(signature.data()), text::octets(bytes), bytes.size(),
              key_.data());
  return signature;
}

bool Signer::verify(std::string_view bytes, std::string_view signature) const {
  return signature.size() == kSignatureBytes &&
         crypto_auth_verify(text::octets(signature), text::octets(bytes), bytes.size(),
                            key_.data()) == 0;
}

std::string Signer::seal(std::string_view bytes) const {
  return base64url::encode(sign(bytes).append(bytes));
}

std::optional<std::string> Signer::open(std::string_view sealed) const {
  const auto decoded = base64url::decode(sealed);
  if (!decoded || decoded->size() < kSignatureBytes) return std::nullopt;
  const std::string_view all{*decoded};
  const auto bytes = all.substr(kSignatureBytes);
  if (!verify(bytes, all.substr(0, kSignatureBytes))) return std::nullopt;
  return std::string{bytes};
}

}  // namespace souk::security
