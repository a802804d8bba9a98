#include "internal/handler/image_handler.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/handler/messages.hpp"

namespace souk::product {
namespace {

/// "Image/PNG; q=1" -> "image/png"
std::string media_type(const v1::UploadImageRequest& request) {
  const auto header = request.headers().find("content-type");
  if (header == request.headers().end()) return {};
  auto type = text::to_lower(header->second.substr(0, header->second.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

}  // namespace

ImageHandler::ImageHandler(rpc::Service& service, ImageEditor& editor) : editor_(editor) {
  service.bind("UploadImage", this, &ImageHandler::upload);
  service.bind("OrderImages", this, &ImageHandler::order);
  service.bind("DescribeImage", this, &ImageHandler::describe);
  service.bind("RemoveImage", this, &ImageHandler::remove);
  service.bind("GetImageFile", this, &ImageHandler::file);
}

Task<v1::Image> ImageHandler::upload(rpc::Call& call, const v1::UploadImageRequest& request) {
  co_return to_message(co_await editor_.add(
      call, request.id(),
      {.bytes = request.body(), .media_type = media_type(request), .alt = request.alt()}));
}

Task<v1::Product> ImageHandler::order(rpc::Call& call, const v1::OrderImagesRequest& request) {
  co_return to_message(co_await editor_.order(
      call, request.id(), {request.image_ids().begin(), request.image_ids().end()}));
}

Task<v1::Image> ImageHandler::describe(rpc::Call& call, const v1::DescribeImageRequest& request) {
  co_return to_message(
      co_await editor_.describe(call, request.id(), request.image_id(), request.alt()));
}

Task<common::v1::Nothing> ImageHandler::remove(rpc::Call& call,
                                               const v1::RemoveImageRequest& request) {
  co_await editor_.remove(call, request.id(), request.image_id());
  co_return common::v1::Nothing{};
}

Task<common::v1::File> ImageHandler::file(rpc::Call& call, const v1::GetImageFileRequest& request) {
  const auto type = image_content_type(request.file());
  if (type.empty()) throw not_found("image");
  common::v1::File file;
  file.set_content(co_await editor_.file(call, request.image_id(), request.file()));
  file.set_content_type(std::string{type});
  file.set_name(request.file());
  co_return file;
}

}  // namespace souk::product
