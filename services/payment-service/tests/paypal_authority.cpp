#include "services/payment-service/tests/paypal_authority.hpp"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "internal/gateway/paypal_webhook.hpp"

namespace souk::payment {
namespace {

constexpr long kDay = 24 * 60 * 60;

std::shared_ptr<EVP_PKEY> new_key() { return {EVP_RSA_gen(2048), &EVP_PKEY_free}; }

std::string to_pem(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::shared_ptr<X509> new_certificate(const std::string& name, EVP_PKEY* key, long from_s,
                                      long to_s) {
  static long serial = 0;
  std::shared_ptr<X509> certificate{X509_new(), &X509_free};
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_s);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

void extend(X509* certificate, int kind, const char* value) {
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  if (!extension) throw std::logic_error{"no such certificate extension"};
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

std::string Authority::Signer::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                 text.size());
  std::string encoded(4 * ((size + 2) / 3) + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                  reinterpret_cast<const unsigned char*>(signature.data()), static_cast<int>(size));
  encoded.pop_back();
  return encoded;
}

Authority::Authority(std::string_view name)
    : key_(new_key()),
      certificate_(new_certificate(std::string{name}, key_.get(), -2 * kDay, 365 * kDay)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  root_pem_ = to_pem(certificate_.get());
}

Authority::Signer Authority::issue(const std::string& common_name, int days_from,
                                   int days_to) const {
  auto key = new_key();
  const auto certificate =
      new_certificate(common_name, key.get(), days_from * kDay, days_to * kDay);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  X509_sign(certificate.get(), key_.get(), EVP_sha256());
  return {.chain_pem = to_pem(certificate.get()) + root_pem_, .key = std::move(key)};
}

std::map<std::string, std::string> paypal_headers(const Authority::Signer& signer,
                                                  std::string_view webhook_id,
                                                  std::string_view body, Time sent,
                                                  std::string_view certificate_url) {
  constexpr std::string_view kTransmission = "69cd13f0-d67a-11e5-baa3-778b53f4ae55";
  const auto time = to_rfc3339(sent);
  return {{"paypal-transmission-id", std::string{kTransmission}},
          {"paypal-transmission-time", time},
          {"paypal-transmission-sig",
           signer.sign(paypal::signed_text(kTransmission, time, webhook_id, body))},
          {"paypal-cert-url", std::string{certificate_url}},
          {"paypal-auth-algo", "SHA256withRSA"}};
}

}  // namespace souk::payment
