#pragma once

#include <string>
#include <string_view>

namespace souk::online_retail {

/// What a stock code stands for.
enum class CodeKind {
  goods,     ///< an article with a SKU; gift vouchers too, they are sold like any other
  postage,   ///< POST, DOT, C2: carriage, charged on a customer's invoice
  fee,       ///< AMAZONFEE, BANK CHARGES, CRUK: what others charged the shop
  manual,    ///< M: an amount typed in by hand
  discount,  ///< D
  sample,    ///< S
  bad_debt,  ///< B
  unusable,  ///< no SKU can be made of it
};

/// Trimmed, in upper case: the file writes 85049A and 85049a for the same article.
std::string normalised_stock_code(std::string_view code);

/// Of a normalised code.
CodeKind kind_of(std::string_view code);

}  // namespace souk::online_retail
