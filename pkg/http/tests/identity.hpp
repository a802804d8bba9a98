#pragma once

#include <filesystem>
#include <string>

namespace souk::http::testing {

/// A key and a self-signed certificate for `localhost`, in a folder of its own.
class Identity {
 public:
  Identity();
  ~Identity();
  Identity(const Identity&) = delete;

  std::string certificate_file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

  /// Another key and certificate in the same files.
  void renew();

 private:
  std::filesystem::path folder_;
};

}  // namespace souk::http::testing
