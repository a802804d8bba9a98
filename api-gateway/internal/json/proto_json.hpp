#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>
#include <google/protobuf/message.h>

#include "core/error.hpp"
#include "http/uri.hpp"

/// JSON <-> protobuf as the public API has it: the proto's snake_case names, 64-bit integers as JSON
/// numbers, enums by name, timestamps as RFC 3339, maps as objects. Pure; any thread.
namespace souk::gateway {

/// Fills `message` from a JSON object. A field that does not exist, or is in `taken` (it comes from the
/// path), and a value of another type are collected and thrown together as Error{validation,
/// "validation_failed"}. null counts as absent.
void from_json(const boost::json::value& json, google::protobuf::Message& message,
               const std::vector<std::string>& taken = {});

/// The same from a query string: every parameter is a field of a simple type, named at most once.
void from_query(const http::QueryParameters& query, google::protobuf::Message& message,
                const std::vector<std::string>& taken = {});

/// Sets a string field to a value from the path.
void from_path(const std::string& field, const std::string& value,
               google::protobuf::Message& message);

/// Every field, defaults included; an optional scalar that is unset is null, an unset message is left out.
std::string to_json(const google::protobuf::Message& message);

}  // namespace souk::gateway
