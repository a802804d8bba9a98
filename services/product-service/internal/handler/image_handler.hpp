#pragma once

#include "internal/service/image_editor.hpp"
#include "product/product.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::product {

/// The rpcs of pictures: proto in, proto out. Owned by the module, on its loop.
class ImageHandler {
 public:
  /// Binds its methods of `service`.
  ImageHandler(rpc::Service& service, ImageEditor& editor);

 private:
  Task<v1::Image> upload(rpc::Call& call, const v1::UploadImageRequest& request);
  Task<v1::Product> order(rpc::Call& call, const v1::OrderImagesRequest& request);
  Task<v1::Image> describe(rpc::Call& call, const v1::DescribeImageRequest& request);
  Task<common::v1::Nothing> remove(rpc::Call& call, const v1::RemoveImageRequest& request);
  Task<common::v1::File> file(rpc::Call& call, const v1::GetImageFileRequest& request);

  ImageEditor& editor_;
};

}  // namespace souk::product
