#include "database/param.hpp"

#include <algorithm>

#include <boost/endian/conversion.hpp>
#include <fmt/format.h>

namespace souk::database {

namespace {

/// As PostgreSQL's array_recv reads it: the number of dimensions, whether there are NULLs, the element's type; of
/// the one dimension its length and first index; then each element in binary form behind its length, NULL as -1.
class BinaryArray {
 public:
  BinaryArray(std::int32_t element_oid, std::size_t count, bool with_nulls) {
    for (const std::int32_t word : {count > 0 ? 1 : 0, with_nulls ? 1 : 0, element_oid}) add(word);
    if (count == 0) return;
    add(static_cast<std::int32_t>(count));
    add(1);
  }

  void add(std::span<const std::uint8_t> element) {
    add(static_cast<std::int32_t>(element.size()));
    bytes_.append(element.begin(), element.end());
  }
  void add_null() { add(-1); }

  std::string take() { return std::move(bytes_); }

 private:
  void add(std::int32_t word) {
    const auto network = boost::endian::native_to_big(word);
    bytes_.append(reinterpret_cast<const char*>(&network), sizeof network);
  }

  std::string bytes_;
};

// From PostgreSQL's pg_type.dat.
constexpr std::int32_t kByteaOid = 17;
constexpr std::int32_t kUuidOid = 2950;

}  // namespace

Param::Param(const std::vector<Uuid>& values) : binary_(true) {
  BinaryArray array{kUuidOid, values.size(), false};
  for (const auto& value : values) array.add(value.bytes());
  text_ = array.take();
}

Param::Param(const std::vector<std::optional<Uuid>>& values) : binary_(true) {
  const bool with_nulls = std::ranges::find(values, std::optional<Uuid>{}) != values.end();
  BinaryArray array{kUuidOid, values.size(), with_nulls};
  for (const auto& value : values) {
    if (value) {
      array.add(value->bytes());
    } else {
      array.add_null();
    }
  }
  text_ = array.take();
}

Param::Param(const Bytes& value) : text_(std::string{value.begin(), value.end()}), binary_(true) {}

Param::Param(const std::vector<Bytes>& values) : binary_(true) {
  BinaryArray array{kByteaOid, values.size(), false};
  for (const auto& value : values) array.add(value);
  text_ = array.take();
}

Param::Param(double value)
    : text_(fmt::format("{}", value)) {}  // the shortest form that reads back

Param::Param(Time value) : text_(to_rfc3339(value)) {}

void Param::append_element(std::string& literal, const Param& element) {
  if (literal.size() > 1) literal += ',';
  if (!element.text_) {
    literal += "NULL";
    return;
  }
  literal += '"';
  for (char c : *element.text_) {
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  literal += '"';
}

LibpqParams::LibpqParams(std::span<const Param> params) {
  for (const auto& param : params) {
    values.push_back(param.data());
    lengths.push_back(param.size());
    formats.push_back(param.format());
  }
}

}  // namespace souk::database
