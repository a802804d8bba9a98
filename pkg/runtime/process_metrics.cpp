#include "runtime/process_metrics.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/build_info.hpp"

namespace souk::runtime {
namespace {

/// Pages of memory that are in RAM: the second field of statm.
double resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::ptrdiff_t entries(const char* folder) {
  std::error_code gone;
  return std::distance(std::filesystem::directory_iterator{folder, gone},
                       std::filesystem::directory_iterator{});
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

ProcessMetrics::ProcessMetrics(Metrics& metrics)
    : resident_(metrics.gauge("process_resident_memory_bytes", "Memory of the process in RAM")),
      threads_(metrics.gauge("process_threads", "Threads of the process")),
      open_files_(metrics.gauge("process_open_fds", "Open file descriptors")),
      most_files_(metrics.gauge("process_max_fds", "How many file descriptors may be open")),
      cpu_(metrics.counter("process_cpu_seconds_total", "Processor time used")) {
  const auto build = build_info();
  metrics
      .gauge("souk_build_info", "What the process was built from; always 1",
             {{"version", std::string{build.version}}, {"compiler", std::string{build.compiler}}})
      .Set(1);
  const auto started = std::chrono::system_clock::now().time_since_epoch();
  metrics.gauge("process_start_time_seconds", "When the process began, in Unix time")
      .Set(std::chrono::duration<double>(started).count());
  measure();
}

void ProcessMetrics::measure() {
  resident_.Set(resident_bytes());
  threads_.Set(static_cast<double>(entries("/proc/self/task")));
  open_files_.Set(static_cast<double>(entries("/proc/self/fd")));
  most_files_.Set(file_limit());
  cpu_.Increment(std::max(0.0, cpu_seconds() - cpu_.Value()));
}

}  // namespace souk::runtime
