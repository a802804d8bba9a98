#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "http/detail/head.hpp"

namespace souk::http::detail {

/// Takes the bytes of one request whose head parse_head has accepted, and collects its body:
/// counted or chunked. Beast does the work; it sees the head again only to know the framing.
class BodyParser {
 public:
  explicit BodyParser(std::size_t limit);
  ~BodyParser();

  /// How many of the bytes were used; the rest comes again with what follows. 0: more is needed.
  std::expected<std::size_t, Refusal> feed(std::string_view bytes);

  bool done() const;
  std::string take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Refusal body_too_large();

}  // namespace souk::http::detail
