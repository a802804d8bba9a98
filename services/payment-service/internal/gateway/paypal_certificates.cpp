#include "internal/gateway/paypal_certificates.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "http/client.hpp"

namespace souk::payment::paypal {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kDomain = "paypal.com";
constexpr std::string_view kFolder = "/v1/notifications/certs/";
constexpr std::size_t kMaxUrl = 500;
/// A certificate with its chain has some 8 KB.
constexpr std::size_t kMaxPem = 64 * 1024;
constexpr std::size_t kMaxKnown = 16;
constexpr double kFetchesPerSecond = 0.1;  // not money
constexpr std::chrono::seconds kFetchTime{5};

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // not what is in it
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;
using Chain = std::vector<Owned<X509>>;

bool is_paypal(std::string_view host) {
  return host == kDomain ||
         (host.ends_with(kDomain) && host[host.size() - kDomain.size() - 1] == '.');
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}
bool is_path_char(char c) { return is_host_char(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

Chain read_chain(const std::string& pem) {
  Chain chain;
  const Owned<BIO> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  while (auto* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    chain.emplace_back(certificate);
  }
  return chain;
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// Whether one of the names that the certificate was given to is PayPal's.
bool is_given_to_paypal(X509* certificate) {
  auto* subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
    if (is_paypal(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))))) return true;
  }
  const Owned<GENERAL_NAMES> names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS && is_paypal(text_of(name->d.dNSName))) return true;
  }
  return false;
}

Owned<X509_STORE> roots(const std::string& file) {
  Owned<X509_STORE> store{X509_STORE_new()};
  if (file.empty()) {
    X509_STORE_set_default_paths(store.get());
  } else {
    X509_STORE_load_file(store.get(), file.c_str());
  }
  return store;
}

bool is_trusted(const Chain& chain, const std::string& roots_file, std::time_t now) {
  const auto store = roots(roots_file);
  const Owned<STACK_OF(X509)> others{sk_X509_new_null()};
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(others.get(), chain[i].get());
  const Owned<X509_STORE_CTX> context{X509_STORE_CTX_new()};
  if (X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get()) != 1)
    return false;
  X509_STORE_CTX_set_time(context.get(), 0, now);
  return X509_verify_cert(context.get()) == 1;
}

Time not_after(const X509* certificate, Time now) {
  int days = 0;
  int seconds = 0;
  const Owned<BIO> unused;
  std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> at{
      ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(now)), &ASN1_TIME_free};
  ASN1_TIME_diff(&days, &seconds, at.get(), X509_get0_notAfter(certificate));
  return now + std::chrono::days{days} + std::chrono::seconds{seconds};
}

Task<std::optional<std::string>> fetch_over_https(boost::asio::io_context& loop, Log& log,
                                                  std::string url, Deadline deadline) {
  const auto path = url.find('/', kScheme.size());
  http::Client client{loop, url.substr(0, path), {.max_connections = 1, .max_response = kMaxPem}};
  http::ClientRequest request{.target = url.substr(path)};
  request.deadline = std::min(deadline, std::chrono::steady_clock::now() + kFetchTime);
  try {
    auto response = co_await client.request(std::move(request));
    if (response.status == 200) co_return std::move(response.body);
    log.warn("PayPal does not give its certificate", {{"status", std::int64_t{response.status}}});
  } catch (const http::ClientError& error) {
    log.warn("PayPal does not give its certificate", {{"cause", error.cause}});
  }
  co_return std::nullopt;
}

/// Looked at anew each time: PayPal's next certificate may be put there at any time.
Task<std::optional<std::string>> read_file(std::string path, Log& log) {
  std::ifstream file{path};
  std::string pem{std::istreambuf_iterator<char>{file}, {}};
  if (!pem.empty()) co_return pem;
  log.error("PAYPAL_CERTIFICATE_FILE cannot be read", {{"path", std::string_view{path}}});
  co_return std::nullopt;
}

}  // namespace

CertificateSource certificates_of_paypal(boost::asio::io_context& loop, std::string file,
                                         Log& log) {
  if (!file.empty()) {
    return {.fetch = [file = std::move(file), &log](std::string, Deadline) {
      return read_file(file, log);
    }};
  }
  return {.fetch = [&loop, &log](std::string url, Deadline deadline) {
    return fetch_over_https(loop, log, std::move(url), deadline);
  }};
}

bool is_certificate_url(std::string_view url) {
  if (url.size() > kMaxUrl || !url.starts_with(kScheme)) return false;
  url.remove_prefix(kScheme.size());
  const auto slash = url.find('/');
  if (slash == std::string_view::npos) return false;
  const auto host = url.substr(0, slash);
  auto path = url.substr(slash);
  if (!std::ranges::all_of(host, is_host_char) || !is_paypal(host) || !path.starts_with(kFolder))
    return false;
  path.remove_prefix(kFolder.size());
  return !path.empty() && !path.starts_with('.') && std::ranges::all_of(path, is_path_char);
}

bool Certificates::may_fetch(Time now) {
  const auto passed = std::chrono::duration<double>(now - counted_at_).count();  // not money
  counted_at_ = now;
  fetches_left_ = std::min(kFetches, fetches_left_ + std::max(passed, 0.0) * kFetchesPerSecond);
  if (fetches_left_ < 1) return false;
  fetches_left_ -= 1;
  return true;
}

std::optional<Certificates::Entry> Certificates::examine(const std::string& pem, Time now) const {
  const auto chain = read_chain(pem);
  if (chain.empty() || !is_given_to_paypal(chain.front().get()) ||
      !is_trusted(chain, source_.roots_file, std::chrono::system_clock::to_time_t(now))) {
    return std::nullopt;
  }
  PublicKey key{X509_get_pubkey(chain.front().get()), &EVP_PKEY_free};
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return std::nullopt;
  return Entry{.key = std::move(key), .not_after = not_after(chain.front().get(), now)};
}

Task<std::expected<PublicKey, WebhookRefusal>> Certificates::key(std::string url, Time now,
                                                                 Deadline deadline) {
  if (!is_certificate_url(url)) co_return std::unexpected(WebhookRefusal::unsigned_or_forged);
  const auto known = known_.find(url);
  if (known != known_.end() && now < known->second.not_after) co_return known->second.key;
  if (!may_fetch(now)) co_return std::unexpected(WebhookRefusal::try_again);
  const auto pem = co_await source_.fetch(url, deadline);
  if (!pem) co_return std::unexpected(WebhookRefusal::try_again);
  auto entry = examine(*pem, now);
  if (!entry) {
    log_.warn("a certificate for PayPal's webhooks is not to be trusted", {{"url", url}});
    co_return std::unexpected(WebhookRefusal::unsigned_or_forged);
  }
  if (known_.size() >= kMaxKnown) known_.clear();
  const auto key = entry->key;
  known_.insert_or_assign(url, *std::move(entry));
  co_return key;
}

}  // namespace souk::payment::paypal
