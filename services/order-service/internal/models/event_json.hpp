#pragma once

#include <string>
#include <string_view>

#include "internal/models/events.hpp"

namespace souk::order {

/// An event's data as it is kept (jsonb) and shown in the timeline. Amounts are minor units;
/// `schema` is the version of this format, so that old streams stay readable when it changes.
std::string to_json(const EventData& data);

/// The reverse. Throws std::exception for what to_json has not written: our own database is broken
/// then.
EventData from_json(EventType type, std::string_view json);

/// Tax lines as the projection keeps them; empty (NULL) where there are none.
std::optional<std::string> tax_lines_to_json(const std::vector<TaxLine>& lines);
std::vector<TaxLine> tax_lines_from_json(const std::optional<std::string>& json, Currency currency);

/// The delivery as the projection keeps it; empty (NULL) where there is nothing to say of it.
std::optional<std::string> delivery_to_json(const std::optional<Delivery>& delivery);
std::optional<Delivery> delivery_from_json(const std::optional<std::string>& json);

/// An address as the projection keeps it.
std::string address_to_json(const Address& address);
Address address_from_json(std::string_view json);

}  // namespace souk::order
