#include "internal/providers/smtp_verdict.hpp"

#include <algorithm>

namespace souk::notification {
namespace {

/// 530 and 535: the server wants a login, or another one; 538: a login needs TLS.
bool is_about_login(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

bool names_the_mailbox(const SmtpFacts& facts) {
  const auto enhanced = enhanced_code(facts.reply);
  // 5.1.x: the address itself; 5.2.1: a mailbox that takes nothing any more. 5.1.7 and 5.1.8 are
  // about the sender's address.
  if (!enhanced.empty()) {
    return enhanced == "5.2.1" ||
           (enhanced.starts_with("5.1.") && enhanced != "5.1.7" && enhanced != "5.1.8");
  }
  return facts.code == 550 || facts.code == 551 || facts.code == 553;
}

SmtpVerdict judge_refusal(const SmtpFacts& facts) {
  if (facts.stage == SmtpStage::connecting || is_about_login(facts.code)) {
    return SmtpVerdict::not_tried;
  }
  if (facts.code == 421) return SmtpVerdict::not_tried;  // the server closes, whatever we had said
  if (facts.code < 500) return SmtpVerdict::later;
  if (facts.stage == SmtpStage::rcpt_to && names_the_mailbox(facts)) {
    return SmtpVerdict::bad_address;
  }
  return SmtpVerdict::refused;
}

}  // namespace

SmtpVerdict judge(const SmtpFacts& facts) {
  if (facts.transferred) return SmtpVerdict::accepted;
  if (facts.code >= 400 && facts.code < 600) return judge_refusal(facts);
  // No refusal: the connection broke. Until the content was under way nothing can have been taken.
  return facts.stage == SmtpStage::content ? SmtpVerdict::later : SmtpVerdict::not_tried;
}

std::string_view enhanced_code(std::string_view reply) {
  if (reply.size() < 5) return {};
  reply.remove_prefix(4);
  const auto end = std::min(reply.find(' '), reply.size());
  const auto code = reply.substr(0, end);
  const bool is_code =
      code.size() >= 5 && (code[0] == '2' || code[0] == '4' || code[0] == '5') && code[1] == '.' &&
      std::ranges::all_of(code, [](char c) { return c == '.' || (c >= '0' && c <= '9'); }) &&
      std::ranges::count(code, '.') == 2;
  return is_code ? code : std::string_view{};
}

}  // namespace souk::notification
