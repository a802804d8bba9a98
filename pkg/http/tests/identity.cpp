#include "identity.hpp"

#include <cstdio>
#include <memory>

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

namespace souk::http::testing {
namespace {

/// As a renewal does it: written aside, then moved to its place.
template <class Write>
void replace(const std::string& path, Write body) {
  const auto aside = path + ".new";
  FILE* file = fopen(aside.c_str(), "w");
  body(file);
  fclose(file);
  std::filesystem::rename(aside, path);
}

}  // namespace

Identity::Identity() {
  std::string pattern = std::filesystem::temp_directory_path() / "souk-http-XXXXXX";
  folder_ = mkdtemp(pattern.data());
  renew();
}

Identity::~Identity() { std::filesystem::remove_all(folder_); }

void Identity::renew() {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const std::unique_ptr<X509, void (*)(X509*)> certificate{X509_new(), X509_free};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  replace(certificate_file(), [&](FILE* file) { PEM_write_X509(file, certificate.get()); });
  replace(key_file(), [&](FILE* file) {
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace souk::http::testing
