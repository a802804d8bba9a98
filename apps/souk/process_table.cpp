#include "process_table.hpp"

#include <fstream>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::app {
namespace {

std::filesystem::path table_path(const std::filesystem::path& data_folder) {
  return data_folder / "processes.json";
}

boost::json::object to_json(const ProcessEntry& entry) {
  boost::json::object object{{"name", entry.name}, {"pid", entry.pid}};
  if (entry.ports.http != 0) object["http"] = entry.ports.http;
  if (entry.ports.grpc != 0) object["grpc"] = entry.ports.grpc;
  if (entry.ports.ops != 0) object["ops"] = entry.ports.ops;
  return object;
}

ProcessEntry from_json(const boost::json::value& value) {
  const auto port = [&](std::string_view name) {
    const auto* found = value.as_object().if_contains(name);
    return found == nullptr ? 0 : found->to_number<int>();
  };
  return {boost::json::value_to<std::string>(value.at("name")),
          value.at("pid").to_number<int>(),
          {port("http"), port("grpc"), port("ops")}};
}

}  // namespace

ProcessTable::ProcessTable(const std::filesystem::path& data_folder)
    : path_(table_path(data_folder)) {
  std::filesystem::remove(path_);
}

ProcessTable::~ProcessTable() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void ProcessTable::write(const std::vector<ProcessEntry>& entries) {
  if (entries == written_) return;
  boost::json::array all;
  for (const auto& entry : entries) all.push_back(to_json(entry));
  const auto aside = path_.string() + ".new";
  {
    std::ofstream file{aside};
    file << boost::json::serialize(all) << '\n';
    if (!file.flush()) return;  // a full disk stops nobody; the next change tries again
  }
  std::error_code failed;
  std::filesystem::rename(aside, path_, failed);
  if (!failed) written_ = entries;
}

std::vector<ProcessEntry> ProcessTable::read(const std::filesystem::path& data_folder) {
  std::ifstream file{table_path(data_folder)};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::vector<ProcessEntry> entries;
  if (text.empty()) return entries;
  const auto all = boost::json::parse(text);
  for (const auto& value : all.as_array()) entries.push_back(from_json(value));
  return entries;
}

std::string program_of(const ProcessEntry& entry) {
  const auto end = entry.name.find_last_not_of("0123456789");
  const bool replica =
      end != std::string::npos && end + 1 < entry.name.size() && entry.name[end] == '-';
  return replica ? entry.name.substr(0, end) : entry.name;
}

bool is_named(const ProcessEntry& entry, std::string_view name) {
  const auto program = program_of(entry);
  return name == entry.name || name == program || fmt::format("{}-service", name) == program;
}

}  // namespace souk::app
