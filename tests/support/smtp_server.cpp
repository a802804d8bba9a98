#include "support/smtp_server.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "process/child.hpp"
#include "process/free_ports.hpp"

namespace souk::testing {
namespace {

using namespace std::chrono_literals;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The script writes each byte as one character.
std::string from_latin1(std::string_view utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte >= 0xC0) {
      byte = static_cast<unsigned char>((byte << 6) | (utf8[++i] & 0x3F));
    }
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string decode_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), "\r\n", &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    throw std::runtime_error{"a part is no base64"};
  }
  bytes.resize(length);
  return bytes;
}

void make_certificate(const std::filesystem::path& folder) {
  const auto failed = process::run(
      {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
       "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
       "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"},
      folder / "openssl.log");
  if (failed != 0) throw std::runtime_error{read_file(folder / "openssl.log")};
}

}  // namespace

std::string ReceivedMail::header(std::string_view name) const {
  const auto head = "\r\n" + raw.substr(0, raw.find("\r\n\r\n")) + "\r\n";
  auto at = head.find(fmt::format("\r\n{}: ", name));
  if (at == std::string::npos) return {};
  at += name.size() + 4;
  auto end = head.find("\r\n", at);
  while (end + 2 < head.size() && head[end + 2] == ' ') end = head.find("\r\n", end + 2);
  auto value = head.substr(at, end - at);
  for (auto fold = value.find("\r\n"); fold != std::string::npos; fold = value.find("\r\n")) {
    value.erase(fold, 2);
  }
  return value;
}

std::string ReceivedMail::part(std::string_view type) const {
  const auto at = raw.find(fmt::format("Content-Type: {}; charset=utf-8\r\n", type));
  if (at == std::string::npos) return {};
  const auto body = raw.find("\r\n\r\n", at) + 4;
  return decode_base64(std::string_view{raw}.substr(body, raw.find("\r\n--", body) - body));
}

SmtpServer::SmtpServer(Options options)
    : options_(std::move(options)), port_(process::free_ports()) {
  make_certificate(folder_.path());
  const boost::json::object config{{"port", port_},
                                   {"secure", options_.secure},
                                   {"starttls", options_.starttls},
                                   {"user", options_.user},
                                   {"password", options_.password},
                                   {"key", (folder_.path() / "key.pem").string()},
                                   {"certificate", ca_file()}};
  std::ofstream{folder_.path() / "config.json"} << boost::json::serialize(config);
  start();
}

void SmtpServer::start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
  input_ = ends[1];
  std::filesystem::remove(folder_.path() / "ready");
  pid_ = process::spawn({"/usr/bin/env", "node", SOUK_SMTP_SERVER, folder_.path(), SOUK_NPM_TOOLS},
                        folder_.path() / "server.log", ends[0]);
  close(ends[0]);
  const bool ready = process::wait_until(30s, [&] {
    return std::filesystem::exists(folder_.path() / "ready") || process::gone(pid_);
  });
  if (!ready || !std::filesystem::exists(folder_.path() / "ready")) {
    throw std::runtime_error{"the mail server does not start: " +
                             read_file(folder_.path() / "server.log")};
  }
}

void SmtpServer::stop() {
  if (pid_ == 0) return;
  close(input_);
  kill(pid_, SIGKILL);
  process::wait_until(10s, [&] { return process::gone(pid_); });
  pid_ = 0;
}

std::string SmtpServer::url() const {
  return fmt::format("{}://localhost:{}", options_.secure ? "smtps" : "smtp", port_);
}

std::vector<ReceivedMail> SmtpServer::mails() const {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(".json") && name[0] >= '0' && name[0] <= '9') files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<ReceivedMail> mails;
  for (const auto& file : files) {
    const auto json = boost::json::parse(read_file(file)).as_object();
    const auto text = [&](const char* name) { return std::string{json.at(name).as_string()}; };
    mails.push_back({.connection = text("connection"),
                     .secure = json.at("secure").as_bool(),
                     .user = text("user"),
                     .helo = text("helo"),
                     .from = text("from"),
                     .to = text("to"),
                     .raw = from_latin1(text("raw"))});
  }
  return mails;
}

std::vector<ReceivedMail> SmtpServer::wait_for(const std::string& to, std::size_t count) const {
  std::vector<ReceivedMail> found;
  process::wait_until(20s, [&] {
    found = mails();
    std::erase_if(found, [&](const ReceivedMail& mail) { return mail.to != to; });
    return found.size() >= count;
  });
  return found;
}

std::size_t SmtpServer::tries(const std::string& to) const {
  const auto log = read_file(folder_.path() / "rcpt.log");
  std::size_t count = 0;
  for (std::size_t at = 0; (at = log.find(to + "\n", at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace souk::testing
