#pragma once

#include <string>
#include <string_view>

namespace souk::payment {

/// "United Kingdom" for "GB", in the documents' language; what is no ISO 3166 code stays as it is.
std::string country_name(std::string_view code);

}  // namespace souk::payment
