#include "apps/souk/online_retail/progress.hpp"

#include <algorithm>
#include <iostream>

#include <unistd.h>

namespace souk::online_retail {
namespace {

constexpr unsigned kBarWidth = 40;     // with label and percentage it fits 80 columns
constexpr unsigned kTerminalStep = 1;  // percent between two drawings
constexpr unsigned kLogStep = 10;

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, std::string label, std::uint64_t total)
    : out_(out), terminal_(terminal), label_(std::move(label)), total_(total) {}

Progress Progress::on_stderr(std::string label, std::uint64_t total) {
  return {std::cerr, isatty(STDERR_FILENO) == 1, std::move(label), total};
}

void Progress::update(std::uint64_t done) {
  const auto percent =
      total_ == 0 ? 100U : static_cast<unsigned>(std::min(done, total_) * 100 / total_);
  const auto step = terminal_ ? kTerminalStep : kLogStep;
  const auto reached = percent / step * step;
  if (reached > shown_percent_ || (terminal_ && !drawn_)) draw(reached);
}

void Progress::finish() {
  if (!drawn_ || shown_percent_ < 100) draw(100);
  if (terminal_) out_ << '\n' << std::flush;
}

void Progress::draw(unsigned percent) {
  drawn_ = true;
  shown_percent_ = percent;
  if (terminal_) {
    const auto filled = percent * kBarWidth / 100;
    out_ << '\r' << label_ << " [" << std::string(filled, '#')
         << std::string(kBarWidth - filled, ' ') << "] " << percent << " %" << std::flush;
  } else {
    out_ << label_ << ": " << percent << " %\n" << std::flush;
  }
}

}  // namespace souk::online_retail
