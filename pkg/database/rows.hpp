#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "database/param.hpp"

struct pg_result;

namespace souk::database {

/// Reading a row as something that it is not: an unknown column, NULL where a value was asked for,
/// another type. A bug in the caller, hence no souk::Error.
class BadColumn : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// One value as the server sent it. Points into the Rows it came from.
struct Field {
  std::string_view column;
  std::string_view text;
  unsigned type = 0;  ///< the type's OID
  bool is_null = false;
};

/// Text -> value, checked against the column's type. Throw BadColumn.
void decode(const Field& field, bool& out);
void decode(const Field& field, std::int16_t& out);
void decode(const Field& field, std::int32_t& out);
void decode(const Field& field, std::int64_t& out);
void decode(const Field& field, double& out);
void decode(const Field& field, std::string& out);  ///< any type: its text form
void decode(const Field& field, Uuid& out);
void decode(const Field& field, Time& out);  ///< timestamptz
void decode(const Field& field, Bytes& out);
void decode(const Field& field, std::vector<std::string>& out);  ///< an array of any type
void decode(const Field& field, std::vector<std::int64_t>& out);
void decode(const Field& field, std::vector<Uuid>& out);
template <class Tag>
void decode(const Field& field, Id<Tag>& out) {
  Uuid uuid;
  decode(field, uuid);
  out = Id<Tag>{uuid};
}
template <class Tag>
void decode(const Field& field, std::vector<Id<Tag>>& out) {
  std::vector<Uuid> uuids;
  decode(field, uuids);
  for (const auto& uuid : uuids) out.emplace_back(uuid);
}
template <class T>
void decode(const Field& field, std::optional<T>& out) {
  if (field.is_null) return;
  decode(field, out.emplace());
}

/// One row. A cheap handle that keeps the result it belongs to alive.
class Row {
 public:
  Row(std::shared_ptr<const pg_result> result, std::size_t index)
      : result_(std::move(result)), index_(index) {}

  /// T: bool, int16/32/64, double, std::string, Uuid, Id<Tag>, Time, Bytes, vectors of std::string,
  /// int64, Uuid and Id<Tag>, and std::optional of any for a column that may be NULL.
  template <class T>
  T get(std::string_view column) const {
    return read<T>(field(column));
  }
  template <class T>
  T get(std::size_t column) const {
    return read<T>(field(column));
  }
  bool is_null(std::string_view column) const { return field(column).is_null; }

 private:
  template <class T>
  static T read(const Field& field) {
    T value{};
    decode(field, value);
    return value;
  }
  Field field(std::string_view column) const;
  Field field(std::size_t column) const;

  std::shared_ptr<const pg_result> result_;
  std::size_t index_;
};

/// What a statement gave back: its rows, or how many it changed. Cheap to copy.
class Rows {
 public:
  Rows() = default;
  explicit Rows(std::shared_ptr<const pg_result> result) : result_(std::move(result)) {}

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Row operator[](std::size_t index) const;  ///< throws BadColumn past the end
  Row front() const { return (*this)[0]; }

  /// Rows that an INSERT, UPDATE, DELETE or MERGE changed (or a SELECT returned).
  std::size_t affected() const;

  class Iterator {
   public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Rows* rows, std::size_t index) : rows_(rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    Iterator operator++(int) { return {rows_, index_++}; }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Rows* rows_ = nullptr;
    std::size_t index_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  std::shared_ptr<const pg_result> result_;
};

}  // namespace souk::database
