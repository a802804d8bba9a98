#pragma once

#include "internal/service/back_office.hpp"
#include "internal/service/csv_import.hpp"
#include "product/product.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::product {

/// The rpcs of those who look after the catalogue: proto in, proto out. Owned by the module, on its loop.
class BackOfficeHandler {
 public:
  /// Binds its methods of `service`.
  BackOfficeHandler(rpc::Service& service, BackOffice& back_office, CsvImport& import);

 private:
  Task<v1::ListProductsReply> list(rpc::Call& call, const v1::ListAllProductsRequest& request);
  Task<common::v1::File> csv(rpc::Call& call, const v1::ExportProductsRequest& request);
  Task<v1::ImportCsvReply> import(rpc::Call& call, const v1::ImportCsvRequest& request);

  BackOffice& back_office_;
  CsvImport& import_;
};

}  // namespace souk::product
