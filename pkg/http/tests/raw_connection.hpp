#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace souk::http::testing {

/// What came back over a raw connection.
struct RawReply {
  int status = 0;  ///< 0: none
  std::string head;
  std::string body;

  bool has(std::string_view header_line) const;  ///< "Connection: close"
};

/// A blocking socket that sends what it is told to, byte for byte. Waits at most 10 s for anything.
class RawConnection {
 public:
  /// `from`: this end's address, of 127.0.0.0/8; the kernel's choice where empty.
  explicit RawConnection(std::uint16_t port, const std::string& from = "");
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;

  /// False once the peer has gone.
  bool send(std::string_view bytes);
  /// The next reply, its body taken by Content-Length (`head_only`: none follows).
  RawReply read(bool head_only = false);
  /// Waits for something to read, or the end.
  bool readable(std::chrono::milliseconds limit) const;
  /// True if the peer closes, and sends nothing before.
  bool closed_by_peer();
  /// Reads until the peer closes; the number of bytes.
  std::size_t read_to_end();
  /// What the kernel takes in for us: little makes a slow reader.
  void set_receive_buffer(int bytes);

 private:
  bool fill();
  int socket_;
  std::string pending_;
};

}  // namespace souk::http::testing
