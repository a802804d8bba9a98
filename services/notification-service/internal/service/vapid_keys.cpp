#include "internal/service/vapid_keys.hpp"

#include <sodium.h>

#include "core/text.hpp"
#include "internal/repository/device_repository.hpp"
#include "security/base64url.hpp"

namespace souk::notification {
namespace {

constexpr std::string_view kVapidPurpose = "souk vapid key";
constexpr std::size_t kVapidNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kVapidTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kVapidKeyBytes = 32;
constexpr std::chrono::seconds kVapidTimeLimit{10};

std::optional<P256KeyPair> given_key(const config::Settings& settings) {
  const auto text = settings.optional("VAPID_PRIVATE_KEY");
  if (!text) return std::nullopt;
  const auto bytes = security::base64url::decode(*text);
  auto key = bytes ? P256KeyPair::from_private(
                         {reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()})
                   : std::nullopt;
  if (!key) {
    throw Error{Kind::validation, "invalid_setting",
                "Setting VAPID_PRIVATE_KEY: needs the 32 bytes of a P-256 key in base64url"};
  }
  return key;
}

}  // namespace

VapidKeys::VapidKeys(const runtime::ModuleContext& context, database::Database& database)
    : database_(database),
      clock_(context.clock),
      random_(context.random),
      log_(context.log),
      given_(given_key(context.settings)) {
  const security::SecretKey secret{context.key};
  crypto_generichash(seal_key_.data(), seal_key_.bytes().size(), text::octets(kVapidPurpose),
                     kVapidPurpose.size(), secret.data(), secret.bytes().size());
}

database::Bytes VapidKeys::seal(const P256KeyPair& key) const {
  database::Bytes sealed(kVapidNonce + kVapidKeyBytes + kVapidTag);
  random_.fill(std::span{sealed}.first(kVapidNonce));
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      sealed.data() + kVapidNonce, nullptr, key.private_bytes().data(), kVapidKeyBytes,
      text::octets(kVapidPurpose), kVapidPurpose.size(), nullptr, sealed.data(), seal_key_.data());
  return sealed;
}

std::optional<P256KeyPair> VapidKeys::open(const database::Bytes& sealed) const {
  if (sealed.size() != kVapidNonce + kVapidKeyBytes + kVapidTag) return std::nullopt;
  security::Secret<kVapidKeyBytes> key;
  const auto refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      key.data(), nullptr, nullptr, sealed.data() + kVapidNonce, sealed.size() - kVapidNonce,
      text::octets(kVapidPurpose), kVapidPurpose.size(), sealed.data(), seal_key_.data());
  if (refused != 0) return std::nullopt;
  return P256KeyPair::from_private(key.bytes());
}

Task<P256KeyPair> VapidKeys::get() {
  if (given_) co_return *given_;
  const database::Scope scope{kDefaultTenant, std::chrono::steady_clock::now() + kVapidTimeLimit};
  co_return co_await database_.transact(scope,
                                        [this](database::Transaction& tx) { return get_in(tx); });
}

Task<P256KeyPair> VapidKeys::get_in(database::Transaction& tx) {
  auto fresh = P256KeyPair::generate(random_);
  const auto sealed_fresh = seal(fresh);
  const auto sealed = co_await repository::vapid_key(tx, sealed_fresh, clock_.now());
  if (auto known = open(sealed)) co_return *std::move(known);
  log_.warn("the push key was sealed under another SOUK_INTERNAL_KEY: browsers subscribe anew");
  repository::replace_vapid_key(tx, sealed_fresh, clock_.now());
  co_return fresh;
}

}  // namespace souk::notification
