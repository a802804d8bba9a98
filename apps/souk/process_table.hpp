#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace souk::app {

/// Where a process listens; 0: nowhere.
struct Ports {
  int http = 0;
  int grpc = 0;
  int ops = 0;

  bool operator==(const Ports&) const = default;
};

/// A process of the running instance.
struct ProcessEntry {
  std::string name;  ///< "order-service-2", "postgres"
  int pid = 0;       ///< 0: it is being started again
  Ports ports;

  bool operator==(const ProcessEntry&) const = default;
};

/// SOUK_DATA_DIR/processes.json: which process is which, for `souk ps`, `souk restart`, tests and people.
/// Written by the one that starts them, whole or not at all.
class ProcessTable {
 public:
  /// Removes what an instance that was killed has left behind.
  explicit ProcessTable(const std::filesystem::path& data_folder);
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  /// Does nothing where nothing has changed.
  void write(const std::vector<ProcessEntry>& entries);

  /// What runs in this folder; nothing where no instance does.
  static std::vector<ProcessEntry> read(const std::filesystem::path& data_folder);

 private:
  std::filesystem::path path_;
  std::vector<ProcessEntry> written_;
};

/// "order-service-2" -> "order-service"
std::string program_of(const ProcessEntry& entry);

/// True for "order-service-2", "order-service" and "order".
bool is_named(const ProcessEntry& entry, std::string_view name);

}  // namespace souk::app
