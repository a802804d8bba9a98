#include "internal/providers/web_push_message.hpp"

#include <array>
#include <memory>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace souk::notification {
namespace {

constexpr std::size_t kAuthBytes = 16;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kNonceBytes = 12;
/// The one record is the last, whatever its size says.
constexpr std::uint32_t kRecordSize = 4'096;
constexpr char kLastRecord = '\x02';

/// HMAC-SHA-256: HKDF (RFC 5869) extracts with it, and expands to no more than its 32 bytes here.
std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string code(32, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text::octets(text), text.size(),
       reinterpret_cast<unsigned char*>(code.data()), &size);
  return code;
}

std::string expand(std::string_view key, std::string info, std::size_t size) {
  info += '\x01';
  return hmac_sha256(key, info).substr(0, size);
}

std::string named(std::string_view name) { return std::string{name} + '\0'; }

std::string aes_128_gcm(std::string_view key, std::string_view nonce, std::string_view plain) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> cipher{EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free};
  std::string sealed(plain.size() + kTagBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(sealed.data());
  int size = 0;
  int rest = 0;
  if (EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, text::octets(key),
                         text::octets(nonce)) != 1 ||
      EVP_EncryptUpdate(cipher.get(), out, &size, text::octets(plain),
                        static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(cipher.get(), out + size, &rest) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out + plain.size()) != 1) {
    throw Error{Kind::internal, "crypto_failed", "OpenSSL: AES-GCM failed"};
  }
  return sealed;
}

/// Salt, record size, and the sender's key as the record's key id.
std::string record_head(std::string_view salt, std::string_view point) {
  std::string head{salt};
  for (int shift = 24; shift >= 0; shift -= 8)
    head += static_cast<char>(kRecordSize >> shift & 0xFFU);
  head += static_cast<char>(point.size());
  return head.append(point);
}

}  // namespace

std::string encrypt_push(std::string_view text, std::string_view browser_point,
                         std::string_view auth, const P256KeyPair& once,
                         std::span<const std::uint8_t> salt) {
  const auto shared = auth.size() == kAuthBytes ? once.agree(browser_point) : std::nullopt;
  if (!shared) {
    throw Error{Kind::validation, "invalid_push_keys", "The subscription's keys are no keys."};
  }
  const std::string_view secret{reinterpret_cast<const char*>(shared->data()), 32};
  const std::string_view salt_text{reinterpret_cast<const char*>(salt.data()), kSaltBytes};
  const auto info = named("WebPush: info").append(browser_point).append(once.public_point());
  const auto material = expand(hmac_sha256(auth, secret), info, 32);
  const auto root = hmac_sha256(salt_text, material);
  const auto key = expand(root, named("Content-Encoding: aes128gcm"), kKeyBytes);
  const auto nonce = expand(root, named("Content-Encoding: nonce"), kNonceBytes);
  return record_head(salt_text, once.public_point()) +
         aes_128_gcm(key, nonce, std::string{text} + kLastRecord);
}

}  // namespace souk::notification
