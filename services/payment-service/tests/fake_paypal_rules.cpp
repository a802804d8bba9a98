#include "services/payment-service/tests/fake_paypal_rules.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/uuid.hpp"
#include "http/uri.hpp"

namespace souk::payment::fake {
namespace {

namespace json = boost::json;

/// PayPal gives as many as 500 to a page; here few are many.
constexpr std::int64_t kPage = 2;

const std::set<std::string, std::less<>> kWholeCurrencies{"HUF", "JPY", "TWD"};
const std::set<std::string, std::less<>> kTaken{
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS",
    "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"};

[[noreturn]] void malformed(std::string issue, std::string field) {
  refuse(400, "INVALID_REQUEST", std::move(issue), std::move(field), kOurFault);
}

json::value body_of(const http::Request& request) {
  if (request.headers.get("Content-Type").value_or("") != "application/json")
    refuse(415, "UNSUPPORTED_MEDIA_TYPE", "UNSUPPORTED_MEDIA_TYPE", "", kOurFault);
  if (request.body.empty()) return json::object{};
  boost::system::error_code failure;
  auto value = json::parse(request.body, failure);
  if (failure) malformed("MALFORMED_REQUEST_JSON", "");
  return value;
}

const json::object& object(const json::value& value, const std::string& where,
                           std::initializer_list<std::string_view> known) {
  if (!value.is_object()) malformed("INVALID_PARAMETER_SYNTAX", where);
  for (const auto& [name, member] : value.get_object()) {
    if (std::ranges::find(known, std::string_view{name}) == known.end())
      malformed("UNKNOWN_FIELD", where + "/" + std::string{name});
  }
  return value.get_object();
}

const json::value& member(const json::object& object, const char* name, const std::string& where) {
  const auto* found = object.if_contains(name);
  if (!found) malformed("MISSING_REQUIRED_PARAMETER", where + "/" + name);
  return *found;
}

std::string text(const json::object& object, const char* name, const std::string& where,
                 std::size_t most) {
  const auto& value = member(object, name, where);
  if (!value.is_string() || value.get_string().empty() || value.get_string().size() > most)
    malformed("INVALID_STRING_LENGTH", where + "/" + name);
  return std::string{value.get_string()};
}

void one_of(const std::string& value, std::initializer_list<std::string_view> known,
            const std::string& where) {
  if (std::ranges::find(known, std::string_view{value}) == known.end())
    malformed("INVALID_PARAMETER_VALUE", where);
}

/// "19.99"; "500" in currencies without decimals. By another way than the code under test.
Money amount(const json::value& value, const std::string& where) {
  const auto& fields = object(value, where, {"currency_code", "value"});
  const auto code = text(fields, "currency_code", where, 3);
  const auto decimals = text(fields, "value", where, 32);
  if (!kTaken.contains(code))
    refuse(422, "UNPROCESSABLE_ENTITY", "CURRENCY_NOT_SUPPORTED", where, kOurFault);
  const bool whole = kWholeCurrencies.contains(code);
  if (whole && decimals.find('.') != std::string::npos)
    refuse(422, "UNPROCESSABLE_ENTITY", "DECIMALS_NOT_SUPPORTED", where, kOurFault);
  if (!std::regex_match(decimals, std::regex{whole ? "[0-9]{1,9}" : R"([0-9]{1,9}\.[0-9]{2})"}))
    refuse(422, "UNPROCESSABLE_ENTITY", "DECIMAL_PRECISION", where, kOurFault);
  auto digits = decimals;
  std::erase(digits, '.');
  const auto currency = Currency::from(code);
  auto minor = std::stoll(digits);
  for (int i = 0; whole && i < currency.exponent(); ++i) minor *= 10;
  if (minor == 0)
    refuse(422, "UNPROCESSABLE_ENTITY", "CANNOT_BE_ZERO_OR_NEGATIVE", where, kOurFault);
  return {minor, currency};
}

std::string read_payment_source(const json::value& value) {
  const auto& source = object(value, "/payment_source", {"paypal"});
  const std::string where = "/payment_source/paypal/experience_context";
  const auto& paypal =
      object(member(source, "paypal", ""), "/payment_source/paypal", {"experience_context"});
  const auto& context = object(member(paypal, "experience_context", ""), where,
                               {"return_url", "cancel_url", "user_action", "shipping_preference",
                                "payment_method_preference", "brand_name", "locale"});
  one_of(text(context, "user_action", where, 10), {"CONTINUE", "PAY_NOW"}, where);
  one_of(text(context, "shipping_preference", where, 30),
         {"GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"}, where);
  one_of(text(context, "payment_method_preference", where, 50),
         {"UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"}, where);
  const auto url = text(context, "return_url", where, 4000);
  if (!url.starts_with("http") || !text(context, "cancel_url", where, 4000).starts_with("http"))
    malformed("INVALID_PARAMETER_SYNTAX", where + "/return_url");
  return url;
}

}  // namespace

void refuse(int status, std::string name, std::string issue, std::string field, bool our_fault) {
  throw Refusal{status, std::move(name), std::move(issue), std::move(field), our_fault};
}

std::string request_id(const http::Request& request) {
  const std::string id{request.headers.get("PayPal-Request-Id").value_or("")};
  if (id.empty() || id.size() > 108) malformed("PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id");
  return id;
}

bool wants_representation(const http::Request& request) {
  return request.headers.get("Prefer").value_or("") == "return=representation";
}

std::string decimal(const Money& money) {
  auto text = money.str();  // "19.99 USD"
  text.resize(text.find(' '));
  if (kWholeCurrencies.contains(money.currency().code())) text = text.substr(0, text.find('.'));
  return text;
}

void check_token_request(const http::Request& request, std::string_view id,
                         std::string_view secret) {
  if (request.headers.get("Content-Type").value_or("") != "application/x-www-form-urlencoded" ||
      request.body != "grant_type=client_credentials")
    refuse(400, "unsupported_grant_type", "unsupported_grant_type", "", kOurFault);
  // Basic, by a decoder of its own.
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto given = request.headers.get("Authorization").value_or("");
  std::string decoded;
  unsigned bits = 0, count = 0;
  for (const char c : given.substr(given.starts_with("Basic ") ? 6 : given.size())) {
    const auto at = kAlphabet.find(c);
    if (at == std::string_view::npos) break;
    bits = bits << 6U | static_cast<unsigned>(at);
    if ((count += 6) >= 8) decoded += static_cast<char>(bits >> (count -= 8) & 0xFFU);
  }
  if (decoded != fmt::format("{}:{}", id, secret))
    refuse(401, "invalid_client", "invalid_client", "", kOurFault);
}

OrderRequest read_order_request(const http::Request& request) {
  request_id(request);
  const auto body = body_of(request);
  const auto& order = object(body, "", {"intent", "purchase_units", "payment_source"});
  one_of(text(order, "intent", "", 10), {"CAPTURE"}, "/intent");
  const auto& units = member(order, "purchase_units", "");
  if (!units.is_array() || units.get_array().size() != 1)
    malformed("INVALID_ARRAY_MAX_ITEMS", "/purchase_units");
  const std::string where = "/purchase_units/0";
  const auto& unit = object(units.get_array()[0], where,
                            {"reference_id", "custom_id", "invoice_id", "description", "amount"});
  auto custom_id = text(unit, "custom_id", where, 127);
  if (!Uuid::parse(custom_id)) malformed("INVALID_PARAMETER_SYNTAX", where + "/custom_id");
  return {.custom_id = std::move(custom_id),
          .invoice_id = text(unit, "invoice_id", where, 127),
          .return_url = read_payment_source(member(order, "payment_source", "")),
          .amount = amount(member(unit, "amount", where), where + "/amount")};
}

std::string read_intent_patch(const http::Request& request) {
  const auto body = body_of(request);
  if (!body.is_array() || body.get_array().size() != 1)
    malformed("INVALID_JSON_POINTER_FORMAT", "");
  const auto& change = object(body.get_array()[0], "/0", {"op", "path", "value"});
  one_of(text(change, "op", "/0", 10), {"replace"}, "/0/op");
  one_of(text(change, "path", "/0", 100), {"/intent"}, "/0/path");
  auto intent = text(change, "value", "/0", 20);
  one_of(intent, {"CAPTURE", "AUTHORIZE"}, "/0/value");
  return intent;
}

void check_capture_request(const http::Request& request) {
  request_id(request);
  object(body_of(request), "", {"payment_source"});
}

Money read_refund_request(const http::Request& request) {
  request_id(request);
  const auto body = body_of(request);
  const auto& refund = object(body, "", {"amount", "invoice_id", "note_to_payer", "custom_id"});
  return amount(member(refund, "amount", ""), "/amount");
}

Search read_search(const http::Request& request) {
  constexpr std::array<std::string_view, 6> kKnown{
      "start_date", "end_date", "fields", "page_size", "page", "balance_affecting_records_only"};
  Search search;
  bool from = false, to = false;
  for (const auto& [name, value] : http::parse_query(request.query)) {
    if (std::ranges::find(kKnown, name) == kKnown.end()) malformed("UNKNOWN_PARAMETER", name);
    try {
      if (name == "start_date") search.from = from_rfc3339(value), from = true;
      if (name == "end_date") search.to = from_rfc3339(value), to = true;
    } catch (const Error&) {
      malformed("INVALID_PARAMETER_SYNTAX", name);
    }
    if (name == "page") search.page = std::stoll(value);
    if (name == "page_size") search.page_size = std::stoll(value);
  }
  const bool fits = from && to && search.from < search.to &&
                    search.to - search.from <= std::chrono::days{31} && search.page >= 1 &&
                    search.page_size >= 1 && search.page_size <= 500;
  if (!fits) malformed("INVALID_REQUEST", "start_date");
  return search;
}

std::string read_dispute_search(const http::Request& request) {
  std::string after;
  for (const auto& [name, value] : http::parse_query(request.query)) {
    if (name == "next_page_token") {
      after = value;
    } else if (name != "page_size" || std::stoi(value) < 1 || std::stoi(value) > 50) {
      malformed("INVALID_PARAMETER", name);
    }
  }
  return after;
}

json::value page_of(const json::array& all, const Search& search) {
  const auto size = static_cast<std::int64_t>(all.size());
  json::array items;
  for (auto i = (search.page - 1) * kPage; i < std::min(search.page * kPage, size); ++i)
    items.push_back(all[static_cast<std::size_t>(i)]);
  return json::object{{"transaction_details", std::move(items)},
                      {"account_number", "XZXSPECPDZHZU"},
                      {"page", search.page},
                      {"total_items", size},
                      {"total_pages", (size + kPage - 1) / kPage}};
}

}  // namespace souk::payment::fake
