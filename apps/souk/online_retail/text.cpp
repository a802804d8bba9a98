#include "apps/souk/online_retail/text.hpp"

#include <boost/locale/utf.hpp>

namespace souk::online_retail {
namespace {

namespace utf = boost::locale::utf;
using Utf8 = utf::utf_traits<char>;

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    if (!utf::is_valid_codepoint(Utf8::decode(at, end))) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string result;
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    const auto* const start = at;
    const auto code = Utf8::decode(at, end);
    if (!utf::is_valid_codepoint(code)) at = start + 1;  // one bad byte; the next may be good again
    const bool shown = utf::is_valid_codepoint(code) && code >= 0x20 && code != 0x7f;
    const auto piece = shown ? std::string_view{start, at} : std::string_view{"?"};
    if (result.size() + piece.size() > max_bytes) return result + "...";
    result += piece;
  }
  return result;
}

}  // namespace souk::online_retail
