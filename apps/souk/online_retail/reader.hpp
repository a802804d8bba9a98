#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "apps/souk/online_retail/line.hpp"

namespace souk::online_retail {

/// Reads the Online Retail CSV (RFC 4180), plain or gzipped, one record at a time: its memory does
/// not grow with the file. Owns the open file and closes it. Belongs to one thread; blocks on disk.
///
/// What can't be read as a file (absent, a folder, a broken gzip stream, foreign columns) throws
/// Error{malformed, "import_file_unreadable"} with "FILE:LINE: why"; a single bad line does not: it
/// comes back as Malformed, and reading goes on with the line after it.
class Reader {
 public:
  /// Opens the file and checks its header.
  explicit Reader(std::string path);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// The next record; empty at the end. Blank lines are no records.
  std::optional<Record> next();

  /// Progress through the file as it lies on disk (compressed bytes where it is compressed).
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const { return bytes_total_; }

 private:
  struct Source;
  struct PhysicalLine {
    std::uint32_t number = 0;
    std::string text;
    bool cut = false;  ///< longer than any sane line; the rest was skipped
  };

  std::optional<PhysicalLine> take();
  std::optional<PhysicalLine> read_physical();
  Record record_from(PhysicalLine first);
  void check_header();
  [[noreturn]] void fail(std::uint32_t line, const std::string& why) const;

  std::string path_;
  std::uint64_t bytes_total_ = 0;
  std::unique_ptr<Source> source_;
  std::uint32_t lines_ = 0;
  std::deque<PhysicalLine> put_back_;  ///< read ahead in vain for the end of a quoted field
};

}  // namespace souk::online_retail
