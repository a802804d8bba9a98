#include "apps/souk/online_retail/dataset.hpp"

#include "apps/souk/online_retail/invoices.hpp"
#include "apps/souk/online_retail/reader.hpp"

namespace souk::online_retail {

Dataset load(const std::string& path, const OnProgress& on_progress) {
  Dataset dataset;
  dataset.report.file = path;
  Reader reader{path};
  Catalogue catalogue;
  Invoices invoices{dataset.report};
  while (const auto record = reader.next()) {
    invoices.add(*record);
    if (const auto* line = std::get_if<Line>(&*record)) catalogue.add(*line);
    if (on_progress) on_progress(reader.bytes_read(), reader.bytes_total());
  }
  dataset.products = catalogue.finish();
  dataset.orders = invoices.finish();
  return dataset;
}

}  // namespace souk::online_retail
