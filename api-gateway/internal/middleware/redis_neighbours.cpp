#include "internal/middleware/redis_neighbours.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "common/replicas.pb.h"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEnded = "souk:sessions:ended";
constexpr const char* kQuestions = "souk:sessions:questions";

/// An answer to an older question would prove nothing that is still of use.
constexpr auto kQuestionLife = 5s;
/// More replicas than this that are cut off at once wait for another neighbour, or for the next second.
constexpr int kMostAnswering = 8;

std::string answers_to(const std::string& asker) { return "souk:sessions:answers:" + asker; }

}  // namespace

RedisNeighbours::RedisNeighbours(const runtime::ModuleContext& context, ReplicaLine& line,
                                 Authenticator& authenticator)
    : context_(context), line_(line), authenticator_(authenticator) {
  line_.hear(kEnded, [this](const std::string& text) { on_ended(text); });
  line_.hear(kQuestions, [this](const std::string& text) { on_question(text); });
  line_.hear(answers_to(line_.id()), [this](const std::string& text) { on_answer(text); });
}

void RedisNeighbours::tell_ended(const SessionId& session) {
  common::v1::SessionEnded post;
  post.set_session_id(session.str());
  line_.tell(kEnded, post);
}

void RedisNeighbours::on_ended(const std::string& text) {
  common::v1::SessionEnded post;
  if (post.ParseFromString(text)) authenticator_.refuse(SessionId::from(post.session_id()));
}

void RedisNeighbours::ask(std::int64_t after) {
  boost::asio::post(context_.loop, [this, after] {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(asked_, [now](const auto& entry) { return now - entry.second > kQuestionLife; });
    common::v1::SessionQuestion question;
    question.set_asker(line_.id());
    question.set_nonce(
        fmt::format("{:016x}{:016x}", context_.random.next(), context_.random.next()));
    question.set_after(after);
    asked_[question.nonce()] = now;
    line_.tell(kQuestions, question);
  });
}

void RedisNeighbours::on_question(const std::string& text) {
  common::v1::SessionQuestion question;
  if (!question.ParseFromString(text) || question.asker() == line_.id()) return;
  if (answering_ >= kMostAnswering) return;
  line_.spawn(answer(question.asker(), question.nonce(), question.after()));
}

Task<> RedisNeighbours::answer(std::string asker, std::string nonce, std::int64_t after) {
  ++answering_;
  std::optional<SessionNews> news;
  try {
    news = co_await authenticator_.ask_user_service(after);
  } catch (const Error&) {
    news.reset();  // cut off as well: somebody else may answer
  }
  --answering_;
  if (!news) co_return;
  common::v1::SessionAnswer post;
  post.set_nonce(nonce);
  post.set_jwks_json(news->jwks_json);
  post.set_revocations(news->revocations.SerializeAsString());
  line_.tell(answers_to(asker), post);
}

void RedisNeighbours::on_answer(const std::string& text) {
  common::v1::SessionAnswer answer;
  SessionNews news;
  if (!answer.ParseFromString(text) || !news.revocations.ParseFromString(answer.revocations()))
    return;
  const auto asked = asked_.extract(answer.nonce());
  if (asked.empty()) return;  // somebody else was quicker, or it was too late
  news.jwks_json = answer.jwks_json();
  authenticator_.learn(news, asked.mapped());
}

}  // namespace souk::gateway
