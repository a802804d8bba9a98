#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "apps/souk/online_retail/line.hpp"
#include "core/csv.hpp"

namespace souk::online_retail {

inline constexpr std::array<std::string_view, 8> kColumns{
    "InvoiceNo",   "StockCode", "Description", "Quantity",
    "InvoiceDate", "UnitPrice", "CustomerID",  "Country"};

/// "InvoiceNo,StockCode,…".
std::string column_names();

/// Gives the fields of one record their types. Never throws for what stands in them.
Record parse_line(std::uint32_t number, std::string text, CsvRecord record);

}  // namespace souk::online_retail
