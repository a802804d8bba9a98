#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testing/scratch.hpp"

namespace souk::testing {

/// A mail as the server took it.
struct ReceivedMail {
  std::string connection;  ///< which of its connections brought it
  bool secure = false;
  std::string user;  ///< logged in as; empty: not at all
  std::string helo;
  std::string from;
  std::string to;
  std::string raw;

  /// A header of it, unfolded; empty where there is none.
  std::string header(std::string_view name) const;
  /// The parts' texts, decoded.
  std::string text() const { return part("text/plain"); }
  std::string html() const { return part("text/html"); }
  std::string part(std::string_view type) const;
};

/// A real mail server (npm's smtp-server, in Node.js) on a free port of 127.0.0.1, gone with the object.
/// Recipients that begin with "nobody" are refused with 550 5.1.1, "blocked" with 550 5.7.1, "spam"
/// with 554 after the content, "busy" with 450 at the first time; for "killed" the connection breaks
/// after the first mail was taken, before that is said. Blocking; one thread.
class SmtpServer {
 public:
  struct Options {
    bool secure = false;    ///< TLS from the first byte
    bool starttls = true;   ///< offered
    std::string user = {};  ///< a login is required
    std::string password = {};
  };

  SmtpServer() : SmtpServer(Options{}) {}
  explicit SmtpServer(Options options);
  ~SmtpServer() { stop(); }
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  void start();
  void stop();

  std::string url() const;  ///< smtp://localhost:PORT
  /// Its self-signed certificate, for `localhost`.
  std::string ca_file() const { return folder_.path() / "certificate.pem"; }

  std::vector<ReceivedMail> mails() const;
  /// Those to one address, once there are `count`; what there is after 20 seconds otherwise.
  std::vector<ReceivedMail> wait_for(const std::string& to, std::size_t count = 1) const;
  /// How often somebody wanted to send to this address.
  std::size_t tries(const std::string& to) const;

 private:
  Options options_;
  ScratchFolder folder_;
  std::uint16_t port_;
  int pid_ = 0;
  int input_ = -1;
};

}  // namespace souk::testing
