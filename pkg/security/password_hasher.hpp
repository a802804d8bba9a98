#pragma once

#include <cstddef>
#include <string>

#include "runtime/task.hpp"
#include "security/bounded_workers.hpp"

namespace souk::security {

/// What one hash costs and how many may be under way.
struct PasswordHashing {
  /// OWASP's minimum for Argon2id is 19 MiB, two passes, one lane: 20 ms of an idle core. Twice
  /// that would halve the logins a small machine can take, and cost a thief no more than twice.
  std::size_t memory_bytes = 19 * 1024 * 1024;
  unsigned passes = 2;
  /// Two threads keep two cores busy and bound the memory to 38 MiB.
  std::size_t workers = 2;
  /// The last in the queue waits a third of a second, or two on a machine that is busy with other
  /// things: still within its call's deadline. Whoever comes after that is told to come back.
  std::size_t queue_limit = 32;
};

/// Hashes passwords with Argon2id, off the event loop, into PHC strings ("$argon2id$v=19$m=…").
///
/// Owned by the module that logs people in. Any thread may call; each call resumes on its caller's
/// executor. It throws Error{unavailable} with Retry-After when too many wait or after `stop`, and
/// Error{validation} for a password that is too long to be one. A hash that has begun is finished,
/// whether or not its caller still waits: stop it before the callers' event loop is destroyed.
class PasswordHasher {
 public:
  explicit PasswordHasher(const PasswordHashing& settings = {});

  Task<std::string> hash(std::string password);

  /// False for a wrong password, and for a `phc` that is no Argon2 hash.
  Task<bool> verify(std::string password, std::string phc);

  /// Takes as long as `verify` and is always false: for accounts that do not exist, so that
  /// the time of a login does not tell.
  Task<bool> verify_dummy(std::string password);

  /// Made with other parameters than today's, or no hash at all: hash anew at the next login.
  bool needs_rehash(const std::string& phc) const;

  /// Fails those who wait, finishes what runs (one hash at most per worker) and joins the threads.
  void stop() { workers_.stop(); }

 private:
  template <class Result>
  Task<Result> on_worker(std::string password, std::move_only_function<Result(std::string&)> work);

  PasswordHashing settings_;
  BoundedWorkers workers_;
};

}  // namespace souk::security
