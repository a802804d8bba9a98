#include "database/rows.hpp"

#include <charconv>
#include <initializer_list>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace souk::database {
namespace {

// The type OIDs of pg_type.dat; they never change.
enum Oid_ : unsigned {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kFloat4 = 700,
  kFloat8 = 701,
  kTimestamptz = 1184,
  kUuid = 2950,
  kInt2Array = 1005,
  kInt4Array = 1007,
  kInt8Array = 1016,
  kUuidArray = 2951,
};

[[noreturn]] void refuse(const Field& field, std::string_view why) {
  throw BadColumn(fmt::format("column {}: {}", field.column, why));
}

void require(const Field& field, std::initializer_list<unsigned> types, std::string_view what) {
  if (field.is_null) refuse(field, "NULL; read it as an optional");
  for (auto type : types) {
    if (field.type == type) return;
  }
  refuse(field, fmt::format("is no {} (type OID {})", what, field.type));
}

template <class Number>
Number parse_number(const Field& field, std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) refuse(field, "does not fit");
  return value;
}

Uuid parse_uuid(const Field& field, std::string_view text) {
  auto uuid = Uuid::parse(text);
  if (!uuid) refuse(field, "is no uuid");
  return *uuid;
}

std::uint8_t hex_digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

/// The elements of a one-dimensional array literal: {a,"b \"c\"",NULL}. NULL has no place in a
/// vector.
std::vector<std::string> parse_array(const Field& field) {
  std::vector<std::string> elements;
  const auto text = field.text;
  if (text.size() < 2 || text.front() != '{') refuse(field, "is no array");
  for (std::size_t at = 1; text[at] != '}';) {
    std::string element;
    const bool quoted = text[at] == '"';
    if (quoted) {
      for (++at; text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
        element += text[at];
      }
      ++at;
    } else {
      while (text[at] != ',' && text[at] != '}') element += text[at++];
      if (element == "NULL") refuse(field, "has a NULL element");
      if (element.starts_with('{')) refuse(field, "has more than one dimension");
    }
    elements.push_back(std::move(element));
    if (text[at] == ',') ++at;
  }
  return elements;
}

/// The server writes "2026-03-01 12:00:00.25+00" (sessions run in UTC).
Time parse_time(const Field& field) {
  auto text = std::string(field.text);
  if (text.size() < 22 || !text.ends_with("+00") || text[10] != ' ') {
    refuse(field, fmt::format("cannot be kept as a time: {}", text));
  }
  text[10] = 'T';
  text.replace(text.size() - 3, 3, "Z");
  return from_rfc3339(text);
}

}  // namespace

void decode(const Field& field, bool& out) {
  require(field, {kBool}, "boolean");
  out = field.text == "t";
}

void decode(const Field& field, std::int16_t& out) {
  require(field, {kInt2, kInt4, kInt8}, "integer");
  out = parse_number<std::int16_t>(field, field.text);
}

void decode(const Field& field, std::int32_t& out) {
  require(field, {kInt2, kInt4, kInt8}, "integer");
  out = parse_number<std::int32_t>(field, field.text);
}

void decode(const Field& field, std::int64_t& out) {
  require(field, {kInt2, kInt4, kInt8}, "integer");
  out = parse_number<std::int64_t>(field, field.text);
}

void decode(const Field& field, double& out) {
  require(field, {kFloat4, kFloat8}, "floating-point number");
  out = parse_number<double>(field, field.text);
}

void decode(const Field& field, std::string& out) {
  if (field.is_null) refuse(field, "NULL; read it as an optional");
  out = field.text;
}

void decode(const Field& field, Uuid& out) {
  require(field, {kUuid}, "uuid");
  out = parse_uuid(field, field.text);
}

void decode(const Field& field, Time& out) {
  require(field, {kTimestamptz}, "timestamptz");
  out = parse_time(field);
}

void decode(const Field& field, Bytes& out) {
  require(field, {kBytea}, "bytea");
  for (std::size_t at = 2; at + 1 < field.text.size(); at += 2) {
    out.push_back(
        static_cast<std::uint8_t>(hex_digit(field.text[at]) << 4 | hex_digit(field.text[at + 1])));
  }
}

void decode(const Field& field, std::vector<std::string>& out) {
  if (field.is_null) refuse(field, "NULL; read it as an optional");
  out = parse_array(field);
}

void decode(const Field& field, std::vector<std::int64_t>& out) {
  require(field, {kInt2Array, kInt4Array, kInt8Array}, "array of integers");
  for (const auto& element : parse_array(field)) {
    out.push_back(parse_number<std::int64_t>(field, element));
  }
}

void decode(const Field& field, std::vector<Uuid>& out) {
  require(field, {kUuidArray}, "array of uuids");
  for (const auto& element : parse_array(field)) out.push_back(parse_uuid(field, element));
}

Field Row::field(std::string_view column) const {
  const int columns = PQnfields(result_.get());
  for (int at = 0; at < columns; ++at) {
    if (column == PQfname(result_.get(), at)) return field(static_cast<std::size_t>(at));
  }
  throw BadColumn(fmt::format("there is no column {}", column));
}

Field Row::field(std::size_t column) const {
  const auto* result = result_.get();
  const int row = static_cast<int>(index_), at = static_cast<int>(column);
  if (at < 0 || at >= PQnfields(result))
    throw BadColumn(fmt::format("there is no column {}", column));
  return {
      .column = PQfname(result, at),
      .text = {PQgetvalue(result, row, at), static_cast<std::size_t>(PQgetlength(result, row, at))},
      .type = PQftype(result, at),
      .is_null = PQgetisnull(result, row, at) == 1};
}

std::size_t Rows::size() const {
  return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0;
}

Row Rows::operator[](std::size_t index) const {
  if (index >= size()) throw BadColumn(fmt::format("there is no row {}", index));
  return {result_, index};
}

std::size_t Rows::affected() const {
  if (!result_) return 0;
  const std::string_view count = PQcmdTuples(const_cast<PGresult*>(result_.get()));
  std::size_t value = 0;
  std::from_chars(count.data(), count.data() + count.size(), value);
  return value;
}

}  // namespace souk::database
