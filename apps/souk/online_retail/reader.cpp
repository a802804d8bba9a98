#include "apps/souk/online_retail/reader.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include <zlib.h>

#include "apps/souk/online_retail/parse_line.hpp"
#include "core/csv.hpp"
#include "core/error.hpp"

namespace souk::online_retail {
namespace {

constexpr std::size_t kBufferSize = 256 * 1024;    // what zlib inflates at once
constexpr std::size_t kMaxLineLength = 64 * 1024;  // the data's longest has 124 characters
// A description may hold line breaks; past a dozen it is an unclosed quote that swallows sales.
constexpr std::size_t kMaxLinesPerRecord = 12;

void strip_byte_order_mark(std::string& text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
}

}  // namespace

/// The bytes of the file, inflated where it is gzip (zlib looks for itself).
struct Reader::Source {
  struct Close {
    void operator()(gzFile handle) const { gzclose_r(handle); }
  };

  explicit Source(const std::string& path) : file(gzopen(path.c_str(), "rb")) {
    if (file) gzbuffer(file.get(), kBufferSize);
  }

  /// Fills the buffer. False at the end; an error leaves its text in `error`.
  bool fill() {
    const int count = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    int code = Z_OK;
    const char* text = gzerror(file.get(), &code);
    if (code == Z_BUF_ERROR)
      error = "the gzip stream ends too early";
    else if (count < 0)
      error = text;
    at = 0;
    size = count > 0 ? static_cast<std::size_t>(count) : 0;
    return size > 0;
  }

  std::unique_ptr<gzFile_s, Close> file;
  std::array<char, kBufferSize> buffer;
  std::size_t at = 0;
  std::size_t size = 0;
  std::string error;
};

Reader::Reader(std::string path) : path_(std::move(path)) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) fail(0, "no such file");
  bytes_total_ = std::filesystem::file_size(path_, error);
  source_ = std::make_unique<Source>(path_);
  if (!source_->file) fail(0, "can't be opened");
  check_header();
}

Reader::~Reader() = default;

void Reader::fail(std::uint32_t line, const std::string& why) const {
  const auto place = line == 0 ? path_ : path_ + ":" + std::to_string(line);
  throw Error{Kind::malformed, "import_file_unreadable", place + ": " + why};
}

void Reader::check_header() {
  auto header = read_physical();
  if (!header) fail(1, "the file is empty");
  strip_byte_order_mark(header->text);
  const auto columns = split_csv(header->text);
  if (!std::ranges::equal(columns.fields, kColumns)) {
    fail(1, "the first line must name the columns " + column_names());
  }
}

std::uint64_t Reader::bytes_read() const {
  const auto offset = gzoffset(source_->file.get());
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

std::optional<Reader::PhysicalLine> Reader::read_physical() {
  PhysicalLine line;
  line.number = ++lines_;
  bool any = false;
  while (true) {
    if (source_->at == source_->size && !source_->fill()) {
      if (!source_->error.empty()) fail(line.number, source_->error);
      break;
    }
    any = true;
    const std::string_view rest{source_->buffer.data() + source_->at, source_->size - source_->at};
    const auto newline = rest.find('\n');
    const auto piece = rest.substr(0, newline);
    const auto room = kMaxLineLength - line.text.size();
    line.cut = line.cut || piece.size() > room;
    line.text.append(piece.substr(0, room));
    source_->at += piece.size() + (newline == std::string_view::npos ? 0 : 1);
    if (newline != std::string_view::npos) break;
  }
  if (!any) return std::nullopt;
  if (line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

std::optional<Reader::PhysicalLine> Reader::take() {
  if (put_back_.empty()) return read_physical();
  auto line = std::move(put_back_.front());
  put_back_.pop_front();
  return line;
}

std::optional<Record> Reader::next() {
  while (auto line = take()) {
    if (!line->text.empty()) return record_from(std::move(*line));
  }
  return std::nullopt;
}

Record Reader::record_from(PhysicalLine first) {
  if (first.cut) {
    return Malformed{first.number, std::move(first.text), "the line is far too long", {}};
  }
  auto record = split_csv(first.text);
  auto text = first.text;
  std::vector<PhysicalLine> ahead;
  while (record.state == CsvRecord::State::open_quote && ahead.size() + 1 < kMaxLinesPerRecord) {
    auto line = take();
    if (!line) break;
    text += "\n" + line->text;
    ahead.push_back(std::move(*line));
    if (ahead.back().cut) break;
    record = split_csv(text);
  }
  const bool whole =
      record.state == CsvRecord::State::complete && record.fields.size() == kColumns.size();
  if (!whole && !ahead.empty()) {
    // A quote that was never meant to open anything: give up this line, not those after it.
    put_back_.insert(put_back_.begin(), std::move_iterator{ahead.begin()},
                     std::move_iterator{ahead.end()});
    return Malformed{first.number, std::move(first.text), "a quote is not closed", {}};
  }
  return parse_line(first.number, std::move(text), std::move(record));
}

}  // namespace souk::online_retail
