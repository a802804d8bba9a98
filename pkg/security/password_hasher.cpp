#include "security/password_hasher.hpp"

#include <cerrno>

#include <sodium.h>

#include "core/error.hpp"

namespace souk::security {
namespace {

namespace asio = boost::asio;

/// 128 characters of UTF-8, the longest password that an account may have, are at most 512 bytes.
constexpr std::size_t kMaxPasswordBytes = 512;

void require_plausible(const std::string& password) {
  if (password.size() > kMaxPasswordBytes) {
    throw invalid_field("password", "too_long", "must have at most 128 characters");
  }
}

Error busy() { return unavailable("Too many people are logging in right now."); }

/// libsodium reports only one failure of Argon2: memory that it could not get.
void require_memory(int failed) {
  if (failed != 0) throw unavailable("There is not enough memory to check a password right now.");
}

/// The salt comes from libsodium's own generator: its PHC interface takes no other.
std::string hash_now(const std::string& secret, const PasswordHashing& settings) {
  std::array<char, crypto_pwhash_STRBYTES> phc{};
  require_memory(crypto_pwhash_str_alg(phc.data(), secret.data(), secret.size(), settings.passes,
                                       settings.memory_bytes, crypto_pwhash_ALG_ARGON2ID13));
  return phc.data();
}

bool verify_now(const std::string& secret, const std::string& phc) {
  errno = 0;
  const int failed = crypto_pwhash_str_verify(phc.c_str(), secret.data(), secret.size());
  if (errno == ENOMEM) require_memory(failed);  // not the customer's mistake
  return failed == 0;
}

/// Does what `verify_now` spends its time on: one Argon2id of the cost of a hash made today.
void spend_the_time(const std::string& secret, const PasswordHashing& settings) {
  constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> kAnySalt{};
  std::array<unsigned char, 32> unused{};  // as long as in the PHC string
  require_memory(crypto_pwhash(unused.data(), unused.size(), secret.data(), secret.size(),
                               kAnySalt.data(), settings.passes, settings.memory_bytes,
                               crypto_pwhash_ALG_ARGON2ID13));
}

}  // namespace

PasswordHasher::PasswordHasher(const PasswordHashing& settings)
    : settings_(settings), workers_(settings.workers, settings.queue_limit) {
  if (sodium_init() < 0) {
    throw Error{Kind::internal, "no_randomness", "The random generator is not available."};
  }
}

/// Runs `work` on a worker thread, then resumes the caller on its own executor with the result.
template <class Result>
Task<Result> PasswordHasher::on_worker(std::string password,
                                       std::move_only_function<Result(std::string&)> work) {
  require_plausible(password);
  auto start = [this, &password, &work](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    auto job = [handler = std::move(handler), guard = asio::make_work_guard(executor),
                password = std::move(password),
                work = std::move(work)](BoundedWorkers::Fate fate) mutable {
      std::exception_ptr error;
      Result result{};
      try {
        if (fate == BoundedWorkers::Fate::cancelled) throw busy();
        result = work(password);
      } catch (...) {
        error = std::current_exception();
      }
      sodium_memzero(password.data(), password.size());
      auto resume = [handler = std::move(handler), error, result = std::move(result)]() mutable {
        std::move(handler)(error, std::move(result));
      };
      return [guard = std::move(guard), resume = std::move(resume)]() mutable {
        asio::post(guard.get_executor(), std::move(resume));
      };
    };
    BoundedWorkers::Job as_job{std::move(job)};
    if (!workers_.try_submit(as_job)) as_job(BoundedWorkers::Fate::cancelled)();
  };
  using Signature = void(std::exception_ptr, Result);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, Signature>(
      std::move(start), asio::use_awaitable);
}

Task<std::string> PasswordHasher::hash(std::string password) {
  auto work = [settings = settings_](std::string& secret) { return hash_now(secret, settings); };
  co_return co_await on_worker<std::string>(std::move(password), std::move(work));
}

Task<bool> PasswordHasher::verify(std::string password, std::string phc) {
  auto work = [phc = std::move(phc)](std::string& secret) { return verify_now(secret, phc); };
  co_return co_await on_worker<bool>(std::move(password), std::move(work));
}

Task<bool> PasswordHasher::verify_dummy(std::string password) {
  auto work = [settings = settings_](std::string& secret) {
    spend_the_time(secret, settings);
    return false;
  };
  co_return co_await on_worker<bool>(std::move(password), std::move(work));
}

bool PasswordHasher::needs_rehash(const std::string& phc) const {
  return crypto_pwhash_str_needs_rehash(phc.c_str(), settings_.passes, settings_.memory_bytes) != 0;
}

}  // namespace souk::security
