#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace souk::online_retail {

/// Shows how far long work has come: on a terminal one line that is redrawn at every percent,
/// elsewhere (a log, a pipe) a line at every tenth. Belongs to one thread.
class Progress {
 public:
  /// `out` outlives this.
  Progress(std::ostream& out, bool terminal, std::string label, std::uint64_t total);
  /// On standard error, a terminal or not.
  static Progress on_stderr(std::string label, std::uint64_t total);

  /// Cheap: writes only where something new is to be seen.
  void update(std::uint64_t done);
  /// Shows 100 % and ends the line. Without it (an error came first) the line stays as it was.
  void finish();

 private:
  void draw(unsigned percent);

  std::ostream& out_;
  bool terminal_;
  std::string label_;
  std::uint64_t total_;
  unsigned shown_percent_ = 0;
  bool drawn_ = false;
};

}  // namespace souk::online_retail
