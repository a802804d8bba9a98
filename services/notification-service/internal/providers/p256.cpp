#include "internal/providers/p256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "core/text.hpp"

namespace souk::notification {
namespace {

constexpr std::size_t kPointBytes = 65;
constexpr std::size_t kScalarBytes = 32;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* pointer) const { Free(pointer); }
};
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_clear_free>>;
using Curve = std::unique_ptr<EC_GROUP, Freed<EC_GROUP, EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT, EC_POINT_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM, OSSL_PARAM_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG, ECDSA_SIG_free>>;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error crypto_failed(std::string_view what) {
  return {Kind::internal, "crypto_failed", "OpenSSL: " + std::string{what} + " failed"};
}

/// The point of a private key; empty for one out of range.
std::string point_of(const BIGNUM* scalar) {
  const Curve curve{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  if (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(curve.get())) >= 0) return {};
  const Point point{EC_POINT_new(curve.get())};
  std::string encoded(kPointBytes, '\0');
  if (EC_POINT_mul(curve.get(), point.get(), scalar, nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(curve.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes_of(encoded),
                         encoded.size(), nullptr) != kPointBytes) {
    throw crypto_failed("a multiplication");
  }
  return encoded;
}

/// `scalar` null: the public half only. Empty for a point that is not on the curve.
PrivateKey make_key(std::string_view point, const BIGNUM* scalar) {
  const Builder builder{OSSL_PARAM_BLD_new()};
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  if (scalar != nullptr) {
    OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar, kScalarBytes);
  }
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  const int parts = scalar == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  EVP_PKEY_fromdata(context.get(), &key, parts, parameters.get());
  return {key, EVP_PKEY_free};
}

}  // namespace

std::string sign_sha256(EVP_PKEY* key, std::string_view bytes) {
  const Digest digest{EVP_MD_CTX_new()};
  std::size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &size, text::octets(bytes), bytes.size()) != 1) {
    throw crypto_failed("a signature");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(digest.get(), bytes_of(signature), &size, text::octets(bytes), bytes.size()) !=
      1) {
    throw crypto_failed("a signature");
  }
  signature.resize(size);
  return signature;
}

P256KeyPair::P256KeyPair(PrivateKey key, const security::Secret<32>& bytes, std::string point)
    : key_(std::move(key)), private_(bytes), point_(std::move(point)) {}

P256KeyPair P256KeyPair::generate(Random& random) {
  for (;;) {  // once in 2^32 times the bytes are out of range
    security::Secret<32> bytes;
    random.fill(bytes.bytes());
    if (auto pair = from_private(bytes.bytes())) return *std::move(pair);
  }
}

std::optional<P256KeyPair> P256KeyPair::from_private(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != kScalarBytes) return std::nullopt;
  const Number scalar{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
  auto point = point_of(scalar.get());
  if (point.empty()) return std::nullopt;
  auto key = make_key(point, scalar.get());
  if (!key) throw crypto_failed("a key");
  return P256KeyPair{std::move(key), security::Secret<32>{bytes}, std::move(point)};
}

std::string P256KeyPair::sign(std::string_view bytes) const {
  const auto der = sign_sha256(key_.get(), bytes);
  const auto* at = text::octets(der);
  const EcSignature signature{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
  std::string raw(2 * kScalarBytes, '\0');
  if (!signature ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), kScalarBytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + kScalarBytes, kScalarBytes) <
          0) {
    throw crypto_failed("a signature");
  }
  return raw;
}

std::optional<security::Secret<32>> P256KeyPair::agree(std::string_view peer_point) const {
  if (peer_point.size() != kPointBytes || peer_point.front() != '\x04') return std::nullopt;
  const auto peer = make_key(peer_point, nullptr);
  if (!peer) return std::nullopt;
  const KeyContext context{EVP_PKEY_CTX_new(key_.get(), nullptr)};
  security::Secret<32> secret;
  std::size_t size = kScalarBytes;
  if (EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), secret.data(), &size) != 1 || size != kScalarBytes) {
    return std::nullopt;
  }
  return secret;
}

}  // namespace souk::notification
