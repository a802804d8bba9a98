#include "http/detail/certificates.hpp"

#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

namespace souk::http::detail {
namespace {

namespace ssl = boost::asio::ssl;

/// Renewals happen weeks before the old certificate ends; looking costs two system calls.
constexpr std::chrono::seconds kLookInterval{1};

std::shared_ptr<ssl::context> load(const ServerTls& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  try {
    context->use_certificate_chain_file(files.certificate_file);
    context->use_private_key_file(files.key_file, ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("no certificate with its key: {} and {}: {}", files.certificate_file,
                            files.key_file, error.code().message())};
  }
  return context;
}

}  // namespace

Certificates::Certificates(ServerTls files)
    : files_(std::move(files)),
      context_(load(files_)),
      loaded_(look()),
      next_look_(std::chrono::steady_clock::now() + kLookInterval) {}

std::shared_ptr<ssl::context> Certificates::current() {
  const auto now = std::chrono::steady_clock::now();
  const std::scoped_lock lock{mutex_};
  if (now >= next_look_) {
    next_look_ = now + kLookInterval;
    if (look() != loaded_) reload();
  }
  return context_;
}

Certificates::State Certificates::look() const {
  State state;
  for (std::size_t i = 0; i < 2; ++i) {
    struct stat info{};
    const auto& file = i == 0 ? files_.certificate_file : files_.key_file;
    if (stat(file.c_str(), &info) != 0) continue;
    state.inode[i] = static_cast<std::int64_t>(info.st_ino);
    state.changed_ns[i] = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  }
  return state;
}

void Certificates::reload() {
  loaded_ = look();  // before they are read: what is written meanwhile is seen the next time
  std::string problem;
  try {
    context_ = load(files_);
  } catch (const Error& error) {
    problem = error.what();
  }
  if (files_.on_reload) files_.on_reload(problem);
}

}  // namespace souk::http::detail
