#include "internal/models/mail.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/text.hpp"

namespace souk::notification {
namespace {

/// By OpenSSL: libsodium's takes the same time for whatever it encodes, which is ten times as long.
std::string base64(std::string_view text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), text::octets(text),
                  static_cast<int>(text.size()));
  encoded.pop_back();  // the terminating zero
  return encoded;
}

/// Lines of 76 characters, as RFC 2045 wants them.
std::string base64_body(std::string_view text) {
  const auto encoded = base64(text);
  std::string body;
  for (std::size_t at = 0; at < encoded.size(); at += 76) body += encoded.substr(at, 76) + "\r\n";
  return body;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '='; });
}

/// Encoded words of at most 45 bytes each, cut between code points.
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    auto length = std::min<std::size_t>(text.size(), 45);
    while (length < text.size() && (text[length] & 0xC0) == 0x80) --length;
    words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ",
                         base64(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return words;
}

std::string header_text(std::string_view text) {
  return is_plain(text) ? std::string{text} : encoded_words(text);
}

std::string part(std::string_view type, std::string_view content) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
      base64_body(content));
}

/// `name <address>`; the name in quotes, or encoded.
std::string mailbox(const std::string& name, const std::string& address) {
  return fmt::format("{} <{}>", is_plain(name) ? fmt::format("\"{}\"", name) : encoded_words(name),
                     address);
}

/// The link is ours: base64url and what a URL consists of, so nothing in it needs encoding.
std::string unsubscribe_headers(const std::string& url) {
  if (url.empty()) return {};
  return fmt::format(
      "List-Unsubscribe: <{}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", url);
}

}  // namespace

std::string to_mime(const Mail& mail, const MailFrom& from, Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto boundary = "souk-" + mail.id;  // base64 lines hold no '-'
  return fmt::format(
      "From: {}\r\n"
      "To: {}\r\n"
      "Subject: {}\r\n"
      "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n"
      "Message-ID: <{}@{}>\r\n"
      "Auto-Submitted: auto-generated\r\n"
      "{}"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative; boundary=\"{}\"\r\n"
      "\r\n"
      "--{}\r\n{}--{}\r\n{}--{}--\r\n",
      mailbox(from.name, from.address), mailbox(mail.recipient_name, mail.recipient),
      header_text(mail.subject), fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
      mail.id, from.domain(), unsubscribe_headers(mail.unsubscribe_url), boundary, boundary,
      part("text/plain", mail.text), boundary, part("text/html", mail.html), boundary);
}

}  // namespace souk::notification
