#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

namespace souk::online_retail::testing {

inline constexpr std::string_view kHeader =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

/// A folder of its own under the system's scratch folder, removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    auto name = (std::filesystem::temp_directory_path() / "souk-retail-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string path(std::string_view name) const { return path_ / name; }

  /// Writes a file and returns its path.
  std::string plain(std::string_view content, std::string_view name = "input.csv") const {
    std::ofstream{path(name), std::ios::binary} << content;
    return path(name);
  }

  std::string gzipped(std::string_view content, std::string_view name = "input.csv.gz") const {
    auto* file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

/// A file of these lines under the usual header.
inline std::string with_header(std::string_view lines) {
  return std::string{kHeader}.append(lines);
}

}  // namespace souk::online_retail::testing
