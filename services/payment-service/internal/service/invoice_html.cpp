#include "internal/service/invoice_html.hpp"

#include <filesystem>
#include <fstream>
#include <span>

#include <kainjow/mustache.hpp>

#include "core/embedded.hpp"
#include "core/error.hpp"

std::span<const souk::EmbeddedFile> souk_billing_templates();

namespace souk::payment {
namespace {

namespace mustache = kainjow::mustache;

constexpr char kTemplate[] = "invoice.html";

mustache::data lines_of(const std::vector<std::string>& lines) {
  mustache::data list{mustache::data::type::list};
  for (const auto& line : lines) list << mustache::data{"line", line};
  return list;
}

mustache::data facts_of(const InvoiceView& view) {
  mustache::data list{mustache::data::type::list};
  for (const auto& [label, value] : view.facts) {
    mustache::data fact{"label", label};
    fact.set("value", value);
    list << fact;
  }
  return list;
}

mustache::data rows_of(const InvoiceView& view) {
  mustache::data list{mustache::data::type::list};
  for (const auto& row : view.rows) {
    mustache::data data{"name", row.name};
    data.set("sku", row.sku);
    data.set("quantity", row.quantity);
    data.set("unit_price", row.unit_price);
    data.set("total", row.total);
    list << data;
  }
  return list;
}

mustache::data sums_of_view(const InvoiceView& view) {
  mustache::data list{mustache::data::type::list};
  for (const auto& sum : view.sums) {
    mustache::data data{"label", sum.label};
    data.set("amount", sum.amount);
    data.set("strong", sum.strong);
    list << data;
  }
  return list;
}

std::string read_template(const std::string& folder) {
  if (folder.empty()) return std::string{souk_billing_templates().front().text};
  std::ifstream file{std::filesystem::path{folder} / kTemplate};
  if (!file) {
    throw Error{Kind::validation, "invalid_setting",
                "Setting SOUK_BILLING_TEMPLATES: there is no readable invoice.html in it"};
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

InvoicePage::InvoicePage(const std::string& folder) : template_(read_template(folder)) {
  const mustache::mustache compiled{template_};
  if (!compiled.is_valid()) {
    throw Error{Kind::validation, "invalid_setting",
                "Setting SOUK_BILLING_TEMPLATES: " + compiled.error_message()};
  }
}

std::string InvoicePage::render(const InvoiceView& view) const {
  mustache::data data;
  data.set("title", view.title);
  data.set("number", view.number);
  data.set("currency", view.currency);
  data.set("seller_name", view.seller.name);
  auto seller = view.seller.address;
  seller.insert(seller.end(), view.seller_facts.begin(), view.seller_facts.end());
  data.set("seller_lines", lines_of(seller));
  data.set("customer_name", view.customer.name);
  data.set("customer_lines", lines_of(view.customer.address));
  data.set("facts", facts_of(view));
  data.set("rows", rows_of(view));
  data.set("sums", sums_of_view(view));
  data.set("notes", lines_of(view.notes));
  return mustache::mustache{template_}.render(data);
}

}  // namespace souk::payment
